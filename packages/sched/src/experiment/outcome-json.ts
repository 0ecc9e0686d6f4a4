/**
 * Owns the outcome as one JSON value: no clock and no place in it, so that the same spec and seed are the
 * same bytes. Pure.
 */
import type { Outcome } from './outcome.ts';
import { sentenceOf } from './verdict.ts';

export function outcomeJson(outcome: Outcome): Record<string, unknown> {
  const { plan, runs, metrics, cells, comparison, findings, warnings } = outcome;
  return {
    experiment: plan.name,
    description: plan.description,
    seed: plan.seed,
    repetitions: plan.repetitions,
    confidence: plan.confidence,
    factors: Object.fromEntries(plan.factors.map(({ name, labels }) => [name, labels])),
    metrics: metrics.map(({ name, title, unit, better }) => ({ name, title, unit, better })),
    cells: cells.map(({ labels, summaries }) => ({ levels: labels, metrics: summaries })),
    comparison:
      comparison === null
        ? null
        : {
            factor: comparison.factor,
            baseline: comparison.baseline,
            contrasts: comparison.contrasts.map((contrast) => {
              const { metric, where, level, mean, baselineMean, difference, logarithms, adjusted, isShown } =
                contrast;
              const verdict = sentenceOf(contrast);
              return {
                metric: metric.name,
                where,
                level,
                mean,
                baselineMean,
                difference,
                logarithms,
                adjusted,
                isShown,
                verdict,
              };
            }),
          },
    findings: findings.map(({ verdict, message, run }) => {
      return { verdict, message, levels: run.labels, repetition: run.repetition, seed: run.seed };
    }),
    warnings,
    runs: runs.map(({ index, cell: _cell, labels, further: _further, findings: _findings, ...rest }) => {
      return { run: index + 1, levels: labels, ...rest };
    }),
  };
}
