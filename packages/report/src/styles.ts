/** The page's style: system fonts, light and dark by the reader's setting, one column that fits a phone. */
export const STYLES = `
:root{color-scheme:light dark;--ink:#1c2024;--soft:#5d6670;--line:#d9dee3;--paper:#fff;--box:#f5f7f9;--note:#fff4d6}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebee;--soft:#a2abb4;--line:#3a4148;--paper:#15181b;--box:#1e2226;--note:#3d3212}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem 4rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2.2rem 0 .4rem}
p{margin:.3rem 0}.soft,figcaption span,.caption{color:var(--soft)}.caption{font-size:.92rem}
.note{background:var(--note);border-radius:.4rem;padding:.6rem .8rem;margin:1rem 0}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem;margin:1.2rem 0;padding:0}
dl div{background:var(--box);border-radius:.4rem;padding:.5rem .7rem}dt{color:var(--soft);font-size:.82rem}dd{margin:0;overflow-wrap:anywhere}
.chart{width:100%;height:auto;max-width:44rem;display:block}
.grid{stroke:var(--line)}.line{fill:none;stroke-width:2;stroke-linejoin:round}.reference{stroke:var(--soft);stroke-dasharray:5 4}
.tick,.label{fill:var(--soft);font-size:13px}.label{fill:var(--ink)}
.legend{margin:.2rem 0}.key{display:inline-flex;align-items:center;gap:.35rem;margin-right:.9rem;font-size:.9rem}.key i{width:.8rem;height:.8rem;border-radius:50%}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:1rem}
figure{margin:0}.planes{display:flex;gap:2px;background:#000;border-radius:.3rem;overflow:hidden;align-items:center}
.planes img{flex:1 1 0;min-width:0;width:100%;image-rendering:pixelated}figcaption{font-size:.9rem;margin-top:.3rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.92rem}th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}
th.number,td.number{text-align:right;font-variant-numeric:tabular-nums}
pre{background:var(--box);border-radius:.4rem;padding:.8rem;overflow-x:auto;font-size:.85rem}summary{cursor:pointer;color:var(--soft)}
@media(max-width:40rem){.tick,.label{font-size:18px}}
@media print{body{max-width:none}details{display:none}}
`;
