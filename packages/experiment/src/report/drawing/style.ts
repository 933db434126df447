/** How the page looks: paper and ink by day, the reverse by night, and nothing but the content on paper. */

const colours = `
:root { color-scheme: light; --paper: #fcfbf9; --raised: #ffffff; --ink: #20242c; --soft: #5f6673; --line: #dedbd5; --accent: #86215f; --bar: #b9699a; --band: #f0dcea; --warn: #9a5b00; --warn-paper: #fdf4e3; --bad: #b3261e; --link: #4b4fa8;
  --series-0: #0b6e8f; --series-1: #b4480f; --series-2: #5b4bb0; --series-3: #2f7d32; --series-4: #a8286f; --series-5: #6b5a00; }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; --paper: #15171c; --raised: #1c1f26; --ink: #e6e7ea; --soft: #a0a6b2; --line: #343944; --accent: #f0a3d0; --bar: #9c5583; --band: #4a2c40; --warn: #f0b95b; --warn-paper: #2a2318; --bad: #ff8a80; --link: #aab4ff;
  --series-0: #5cc4e6; --series-1: #f59a62; --series-2: #b3a6ff; --series-3: #80cf83; --series-4: #f08cc0; --series-5: #d9c34a; } }`;

const text = `
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: clamp(1.7rem, 1.2rem + 2vw, 2.5rem); letter-spacing: -.015em; margin: 0 0 .8rem; }
h2 { font-size: 1.45rem; margin: 0 0 1rem; padding-top: .8rem; }
h3 { font-size: 1.08rem; margin: 0 0 .4rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre { font: .86em/1.5 ui-monospace, "SF Mono", Consolas, "Liberation Mono", monospace; }
pre { overflow-x: auto; padding: 1rem; margin: .6rem 0 0; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; }
small, .note, .soft { color: var(--soft); }
.note { max-width: 46rem; margin: 0 0 1rem; font-size: .95rem; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
summary { cursor: pointer; padding: .5rem 0; color: var(--link); }`;

const layout = `
.page { max-width: 76rem; margin: 0 auto; padding: 2.2rem 1.1rem 4rem; }
.page > * { min-width: 0; }
main > section { margin-top: 2.6rem; border-top: 1px solid var(--line); padding-top: 1rem; }
.part { margin: 0 0 2.6rem; }
.kicker { margin: 0 0 .6rem; color: var(--soft); font-size: .9rem; }
.lead { font-size: 1.12rem; max-width: 46rem; margin: 0 0 1.4rem; }
dl, dd { margin: 0; }
.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12.5rem), 1fr)); gap: .9rem; margin: 0 0 1.6rem; }
.headlines > div { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; }
.headlines dt { font-size: .9rem; color: var(--soft); }
.headlines b { display: block; font-size: 2.1rem; line-height: 1.2; font-weight: 650; color: var(--accent); font-variant-numeric: tabular-nums; }
.headlines dd { font-size: .92rem; } .headlines small { display: block; font-size: .86rem; font-variant-numeric: tabular-nums; }
.cautions { background: var(--warn-paper); border: 1px solid var(--line); border-left: 5px solid var(--warn); border-radius: 6px; padding: .9rem 1.2rem; }
.cautions h2 { font-size: 1.08rem; margin: 0 0 .4rem; padding: 0; color: var(--warn); }
.cautions ul { max-width: 46rem; } .cautions ul, .remarks { margin: 0; padding-left: 1.1rem; } .cautions li + li, .remarks li + li { margin-top: .35rem; }
.remarks { max-width: 46rem; margin-top: .9rem; }
nav { margin-top: 1.6rem; font-size: .95rem; } nav ol { list-style: none; margin: 0; padding: 0; } nav > ol { columns: 15rem; column-gap: 2rem; } nav > ol > li { break-inside: avoid; }
nav a { display: block; padding: .22rem 0; text-decoration: none; } nav a:hover { text-decoration: underline; } nav ol ol { padding-left: .9rem; border-left: 1px solid var(--line); margin: 0 0 .4rem .1rem; font-size: .92em; }
@media screen and (min-width: 68rem) {
  .page { display: grid; grid-template-columns: 13rem minmax(0, 1fr); column-gap: 3rem; }
  header, main { grid-column: 2; }
  nav { grid-column: 1; grid-row: 1 / span 2; position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; margin: 0; padding: 2.2rem .4rem 2rem .2rem; } nav > ol { columns: auto; }
}`;

const tables = `
.scroll { position: relative; overflow-x: auto; max-width: 100%; --cover: var(--paper) .8rem, transparent; --shade: var(--line), transparent; background: linear-gradient(to right, var(--cover)) left / 2rem 100% no-repeat local, linear-gradient(to left, var(--cover)) right / 2rem 100% no-repeat local, linear-gradient(to right, var(--shade)) left / .7rem 100% no-repeat, linear-gradient(to left, var(--shade)) right / .7rem 100% no-repeat; }
table { border-collapse: collapse; font-size: .94rem; }
th, td { padding: .45rem 1.3rem .45rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); font-weight: inherit; }
thead th, thead td { vertical-align: bottom; font-weight: 600; font-size: .88rem; border-bottom: 1.5px solid var(--soft); }
th:last-child, td:last-child { padding-right: .4rem; }
.right, .number { text-align: right; } .number { font-variant-numeric: tabular-nums lining-nums; white-space: nowrap; }
.results tbody tr > :first-child, .slides th, .facts th { min-width: 8rem; }
.number small { display: block; font-size: .82em; line-height: 1.4; }
.pad::after { content: attr(data-pad); visibility: hidden; }
.best strong { color: var(--accent); font-weight: 700; } .star { font-size: .75em; margin-right: .3em; vertical-align: .1em; }
.interval { display: block; width: 6rem; height: .5rem; margin: .15rem 0 .1rem auto; } .interval .rail { stroke: var(--line); } .interval .range { stroke: var(--bar); stroke-width: 3; stroke-linecap: round; } .interval .zero { stroke: var(--soft); stroke-dasharray: 2 1; } .interval circle { fill: var(--accent); }
.bars { min-width: 9rem; } .bar { margin-top: .4em; height: .7rem; min-width: 1px; background: var(--bar); border-radius: 2px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.slides, .steps { width: 100%; } .slides .bars { width: 60%; min-width: 5rem; } .slides tbody th, .slides thead th:first-child, .models th, .folds th { white-space: nowrap; } .steps tbody th { min-width: 11rem; } .steps .bars { min-width: 4rem; } .steps th code { display: block; max-width: 24rem; color: var(--soft); overflow-wrap: anywhere; } .steps .text { min-width: 11rem; }
.failed .status { color: var(--bad); font-weight: 700; } .skipped { color: var(--soft); } tfoot th, tfoot td { border: 0; font-weight: 600; }
.facts th { color: var(--soft); white-space: nowrap; } .text { overflow-wrap: anywhere; }
@media screen and (max-width: 40rem) { th, td { padding-right: .9rem; } .results tbody tr > :first-child { min-width: 6.5rem; } .slides th { min-width: 0; } .slides thead th:first-child, .folds thead th { white-space: normal; } .slides .bars { display: none; } }`;

const figures = `
.figures { display: flex; flex-wrap: wrap; gap: .8rem 2.4rem; margin: 0 0 .8rem; } .figures dt { font-size: .88rem; color: var(--soft); } .figures dd { font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; } .figures small { display: block; font-size: .85rem; font-weight: 400; }
svg text { fill: var(--ink); font-size: 12px; } svg .soft { fill: var(--soft); } svg .chart-title { font-weight: 600; font-size: 13px; } svg .grid { stroke: var(--line); fill: none; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.2rem; max-width: 60rem; margin: 0 0 .8rem; } .chart { width: 100%; max-width: 34rem; height: auto; }
.series { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round; } .best-epoch { fill: var(--paper); stroke: currentColor; stroke-width: 2; } .key { width: 2.6rem; height: .65rem; margin-right: .6rem; }
.strip { display: block; width: 100%; max-width: 32rem; height: auto; margin: 0 0 .8rem; } .strip .band { fill: var(--band); } .strip .slides { stroke: var(--ink); stroke-width: 1.4; stroke-opacity: .7; fill: none; } .strip .mean { fill: var(--accent); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.6rem; margin: 0 0 .6rem; padding: 0; font-size: .95rem; } .legend li { display: flex; align-items: center; gap: .5rem; } .swatch { flex: none; width: 1.9rem; height: 1.3rem; background: #d9a9c6; border-radius: 3px; padding: 1px; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 1.4rem 1.2rem; margin-top: 1.4rem; align-items: start; } .gallery > :only-child { grid-column: 1 / -1; max-width: 44rem; }
figure { margin: 0; scroll-margin-top: 1rem; } figcaption { font-size: .9rem; color: var(--soft); margin-top: .4rem; } figcaption b { color: var(--ink); }
.open { display: block; width: 100%; padding: 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; background: var(--raised); cursor: zoom-in; } .open img { display: block; width: 100%; height: auto; }
figure:target .open { outline: 3px solid var(--accent); outline-offset: 2px; } .same { display: block; padding: 1.2rem; border: 1px dashed var(--line); border-radius: 6px; text-align: center; }`;

const viewer = `
.viewer { width: 100%; height: 100%; max-width: none; max-height: none; margin: 0; padding: 0; border: 0; background: #0f1013; color: #e6e7ea; } .viewer::backdrop { background: #0f1013; }
.viewer figure { display: grid; grid-template: minmax(0, 1fr) auto / minmax(0, 1fr) auto; height: 100%; } .viewer .stage { grid-column: 1 / -1; overflow: auto; outline: 0; } .viewer img { display: block; width: 100%; height: 100%; object-fit: contain; cursor: zoom-in; }
.viewer.full img { width: auto; height: auto; max-width: none; margin: auto; cursor: zoom-out; } .viewer figcaption { align-self: center; margin: 0; padding: .6rem 1rem; color: #c9ccd3; }
.tools { display: flex; align-items: center; gap: .4rem; padding: .5rem .8rem; } .tools button { width: 2.75rem; height: 2.75rem; border: 1px solid #fff5; border-radius: 50%; background: none; color: #fff; font-size: 1.2rem; line-height: 1; cursor: pointer; } .tools :focus-visible { outline-color: #fff; border-radius: 50%; }
@media (max-width: 40rem) { .viewer figure { grid-template: minmax(0, 1fr) auto auto / 1fr; } .tools { justify-content: center; } }`;

const motionAndPrint = `
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  @page { margin: 16mm 14mm; }
  html { font-size: 10pt; } body { background: none; } .page { max-width: none; padding: 0; } .viewer, nav { display: none; } a { color: inherit; text-decoration: none; }
  .scroll { overflow: visible; background: none; } th, td { padding: .3rem .9rem .3rem 0; } thead { display: table-header-group; } tfoot { display: table-row-group; } .bars { min-width: 6rem; } .steps .text, .steps tbody th, .results tbody tr > :first-child, .slides th, .facts th { min-width: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; } summary { list-style: none; color: inherit; }
  h2, h3, .legend, .note, .figures { break-after: avoid; } tr, table:not(.slides, .steps), figure, .chart, .strip, .figures, .cautions, .headlines > div { break-inside: avoid; }
  .charts, .gallery { grid-template-columns: 1fr 1fr; gap: 5mm; } .open { border-radius: 0; } .open img { max-height: 21cm; object-fit: contain; }
  .band, .interval, .swatch, .headlines > div, .cautions { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}`;

/** One style sheet; it names no file and no font but the system's. */
export const style = [colours, text, layout, tables, figures, viewer, motionAndPrint].join('\n');
