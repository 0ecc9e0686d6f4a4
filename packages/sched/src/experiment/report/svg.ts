/**
 * Owns the pieces of pictures: elements as text, a frame with axes, and the colours of series. Colours are
 * those of the page, which knows whether it is light or dark. Pure.
 */
import type { Axis } from './axis.ts';

/** Series beyond these are left out, and said to be. */
export const MOST_SERIES = 8;

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Coordinates need no more than a tenth of a pixel. */
function px(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`a coordinate of ${value}`);
  return String(+value.toFixed(1));
}

type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, content = ''): string {
  const given = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? px(value) : escaped(value)}"`,
  );
  return `<${name}${given.join('')}${content === '' ? '/>' : `>${content}</${name}>`}`;
}

export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(text));
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

/** Where things are drawn, and how big the whole is. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Width of a text at the size of labels, roughly. */
export function widthOf(text: string): number {
  return 6.4 * text.length;
}

export function frameOf(axis: Axis, width = 560, height = 260): Frame {
  const widest = Math.max(...axis.ticks.map((tick) => widthOf(tick.label)), widthOf(axis.unit));
  return { width, height, left: widest + 16, top: 26, right: width - 26, bottom: height - 42 };
}

export function yOf({ top, bottom }: Frame, axis: Axis, value: number): number {
  return bottom - axis.at(value) * (bottom - top);
}

/** Lines across at the marks of the axis to the left, with their labels. */
export function leftAxis(frame: Frame, axis: Axis): string {
  const marks = axis.ticks.map((tick) => {
    const y = yOf(frame, axis, tick.value);
    const mark = label(frame.left - 6, y + 4, tick.label, { 'text-anchor': 'end' });
    return line(frame.left, y, frame.right, y, { class: 'grid' }) + mark;
  });
  return marks.join('') + label(frame.left - 6, 14, axis.unit, { 'text-anchor': 'end', class: 'unit' });
}

/** Texts below the frame, some left out or cut where there is no room. */
export function bottomLabels(
  frame: Frame,
  places: readonly (readonly [number, string])[],
  title: string,
): string {
  const room = (frame.right - frame.left) / Math.max(1, places.length);
  const widest = Math.max(...places.map(([, text]) => widthOf(text) + 8));
  // Numbers may be left out; names are cut.
  const isNumeric = places.every(([, text]) => /^[\d.,]+( \w+)?$/.test(text));
  const every = isNumeric ? Math.max(1, Math.ceil(widest / room)) : 1;
  const most = Math.max(1, Math.floor((room * every - 8) / 6.4));
  const texts = places
    .filter((_, at) => at % every === 0)
    .map(([x, text]) =>
      label(x, frame.bottom + 16, text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text, {
        'text-anchor': 'middle',
      }),
    );
  const middle = (frame.left + frame.right) / 2;
  return texts.join('') + label(middle, frame.height - 8, title, { 'text-anchor': 'middle', class: 'unit' });
}

export function svg(
  { width, height }: Pick<Frame, 'width' | 'height'>,
  title: string,
  content: string,
): string {
  const attributes = { viewBox: `0 0 ${px(width)} ${px(height)}`, role: 'img', 'aria-label': title, width };
  return element('svg', attributes, content);
}

/** Names of series with their colours, as HTML. */
export function legend(names: readonly string[], left: number): string {
  const entries = names.map((name, at) => `<span><i class="s${at} swatch"></i>${escaped(name)}</span>`);
  const more = left > 0 ? `<span>${left} more are in the table</span>` : '';
  return `<p class="legend">${entries.join(' ')}${more}</p>`;
}
