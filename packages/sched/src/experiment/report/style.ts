/**
 * Owns how a report looks. The colours of series are told apart by most who cannot tell red from green
 * (Okabe, Ito 2002, a little darker on white).
 */
const LIGHT = ['#0072b2', '#d55e00', '#009e73', '#b8860b', '#8e5a9e', '#56a0d0', '#7a7a7a', '#a03050'];
const DARK = ['#56b4e9', '#ff8c42', '#2ecc9a', '#f0e442', '#cc79c7', '#8fb8ff', '#b0b0b0', '#ff7f9f'];

function colours(list: readonly string[]): string {
  return list.map((colour, at) => `.s${at}{--c:${colour}}`).join('');
}

export const STYLE = `
:root{color-scheme:light dark;--back:#fff;--text:#1a1a1a;--faint:#666;--grid:#ddd;--box:#f4f4f4}
${colours(LIGHT)}
@media(prefers-color-scheme:dark){
:root{--back:#16181c;--text:#e8e8e8;--faint:#a0a0a0;--grid:#3a3d44;--box:#22252b}
${colours(DARK)}
}
body{font:15px/1.5 system-ui,sans-serif;background:var(--back);color:var(--text)}
body{max-width:1200px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
pre{background:var(--box);padding:.6rem .8rem;overflow:auto;font-size:13px}
.note,figcaption{color:var(--faint)}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .7rem;border-bottom:1px solid var(--grid);text-align:right;white-space:nowrap}
th:first-child{text-align:left;font-weight:normal}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,480px),1fr));gap:1.5rem}
figure{margin:0}figcaption{margin-bottom:.3rem}
svg{max-width:100%;height:auto}
svg text{font:11px system-ui,sans-serif;fill:var(--text)}svg .unit{fill:var(--faint)}
.grid{stroke:var(--grid)}
polyline{fill:none;stroke:var(--c);stroke-width:1.8}circle,rect{fill:var(--c)}
.whisker{stroke:var(--c);stroke-width:1.5}
.legend{margin:.2rem 0;font-size:13px}.legend span{margin-right:1rem;white-space:nowrap}
.swatch{display:inline-block;width:.8em;height:.8em;margin-right:.35em;background:var(--c)}
`;
