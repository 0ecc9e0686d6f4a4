/**
 * The diagram of a machine whose transitions each perform one outcome (machine.ts, set-machine.ts), as text
 * for Mermaid. What is refused without a change is left out. Holds no state.
 */
import type { AnyStateMachine } from 'xstate';

/** The state diagram: one arrow for each pair of states, outcome and delta, with the events that take it. */
export function diagramOf(machine: AnyStateMachine): string {
  const arrows = new Map<string, string[]>();
  for (const [name, node] of Object.entries(machine.states)) {
    for (const transition of [...node.transitions.values()].flat()) {
      const { eventType, target, actions } = transition as unknown as Drawn;
      const [{ type, params }] = actions;
      if (type === 'refuse') continue;
      const sign = params.delta < 0 ? '' : '+';
      const outcome = `${type} ${sign}${params.delta}`;
      const arrow = `${name} --> ${target?.[0].key ?? name} : ${outcome} `;
      arrows.set(arrow, [...(arrows.get(arrow) ?? []), eventType]);
    }
  }
  const initial = machine.root.initial.target[0].key;
  const lines = [...arrows].map(([arrow, events]) => `  ${arrow}(${events.join(', ')})`);
  return ['stateDiagram-v2', `  [*] --> ${initial}`, ...lines].join('\n');
}

/** What is drawn of a transition. Its action is the outcome. */
interface Drawn {
  readonly eventType: string;
  readonly target?: readonly { readonly key: string }[];
  readonly actions: readonly [{ readonly type: string; readonly params: { readonly delta: number } }];
}
