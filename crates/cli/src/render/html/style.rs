//! How the page looks. No selector or value comes from data.

/// The style sheet.
pub(super) const STYLE: &str = "
:root{color-scheme:light dark;--bg:#f6f7f9;--fg:#16191f;--dim:#565d6b;--card:#fff;--line:#d9dde4;--code:#eef0f4;--link:#0b57c2;
--critical:#a3123a;--high:#b3440a;--medium:#7a5a00;--low:#1f5f8b;--informational:#4d5666;--unspecified:#4d5666}
@media (prefers-color-scheme:dark){:root{--bg:#12151b;--fg:#e7e9ee;--dim:#a2a9b8;--card:#1a1f28;--line:#323947;--code:#232a36;--link:#8ab8ff;
--critical:#ff8fa8;--high:#ffad75;--medium:#f0cc5c;--low:#8cc6ee;--informational:#b3bac8;--unspecified:#b3bac8}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",sans-serif}
main{max-width:68rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.7rem;line-height:1.2;margin:0}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;overflow-wrap:anywhere}
h4{font-size:1rem;margin:0 0 .3rem}
h5{font-size:.75rem;text-transform:uppercase;letter-spacing:.06em;color:var(--dim);margin:.7rem 0 .2rem}
p{margin:.3rem 0}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.period,.note,.id{color:var(--dim)}
.period,time,.n,.risk{font-variant-numeric:tabular-nums}
.id{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.tally{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;padding:0;margin:.8rem 0}
.tally strong{font-size:1.25rem}
.critical{--sev:var(--critical)}.high{--sev:var(--high)}.medium{--sev:var(--medium)}.low{--sev:var(--low)}.informational{--sev:var(--informational)}.unspecified{--sev:var(--unspecified)}
.tally li,td.critical,td.high,td.medium,td.low,td.informational,td.unspecified{color:var(--sev)}
.timeline{overflow-x:auto;margin:.6rem 0}
svg{display:block;width:100%;min-width:40rem;height:auto;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.4rem .6rem}
svg text{fill:var(--dim);font-size:13px;font-family:inherit}
svg .lane{stroke:var(--line)}
svg .mark{fill:var(--sev);fill-opacity:.85;stroke:var(--card)}
nav ol{list-style:none;padding:0;margin:0;display:grid;gap:.3rem}
nav li{display:flex;flex-wrap:wrap;gap:.6rem;align-items:baseline}
nav a{overflow-wrap:anywhere}
nav .n{color:var(--dim)}
.badge{display:inline-block;min-width:6.2rem;font-size:.72rem;font-weight:700;letter-spacing:.04em;color:var(--sev)}
.badge::before{content:\"\";display:inline-block;width:.6rem;height:.6rem;border-radius:50%;background:var(--sev);margin-right:.4rem}
.card{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--sev);border-radius:8px;margin:.5rem 0}
.card>details>summary{display:grid;grid-template-columns:auto minmax(0,1fr) auto auto;gap:.1rem .8rem;align-items:baseline;padding:.6rem .9rem;list-style:none}
.card>details>summary::-webkit-details-marker{display:none}
.card>details>:not(summary){margin-left:.9rem;margin-right:.9rem}
.card>details[open]{padding-bottom:.8rem}
.card>details[open]>summary{border-bottom:1px solid var(--line);margin-bottom:.6rem}
summary{cursor:pointer}
.rule{font-weight:600;overflow-wrap:anywhere}
time,.risk{color:var(--dim);font-size:.85rem;white-space:nowrap}
.lead{grid-column:1/-1;color:var(--dim);overflow-wrap:anywhere;white-space:pre-wrap}
.facts{display:grid;grid-template-columns:7rem minmax(0,1fr);gap:.15rem .8rem;margin-top:0;margin-bottom:.8rem}
dt{color:var(--dim)}
dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
.do{border:1px solid var(--line);border-radius:6px;padding:.6rem .8rem;margin-bottom:.7rem}
pre,code{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{background:var(--code);border-radius:4px;padding:.35rem .6rem;margin:.2rem 0;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all}
code{overflow-wrap:anywhere;white-space:pre-wrap}
.why ul{list-style:none;padding:0;margin:.4rem 0}
.why .no,.why .skipped{color:var(--dim)}
.why .d1{margin-left:1rem}.why .d2{margin-left:2rem}.why .d3{margin-left:3rem}.why .d4{margin-left:4rem}.why .d5{margin-left:5rem}.why .d6{margin-left:6rem}
.actual{margin-left:1.2rem;color:var(--dim);font-size:.88rem;overflow-wrap:anywhere}
.record{margin-left:1rem}
table{border-collapse:collapse;width:100%;font-size:.86rem;margin:.3rem 0;display:block;overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{font-weight:500;color:var(--dim)}
td{white-space:pre-wrap}
.rules td.n{text-align:right}
.rules td{white-space:nowrap}
@media (max-width:40rem){nav li{display:grid;grid-template-columns:6.2rem minmax(0,1fr);gap:0 .4rem}nav .n{grid-column:2}.card>details>summary{grid-template-columns:1fr auto}.rule{grid-column:1/-1}.facts{grid-template-columns:1fr}.facts dd{margin-bottom:.3rem}h1{font-size:1.4rem}}
@media print{:root{--bg:#fff;--fg:#000;--dim:#444;--card:#fff;--line:#bbb;--code:#f3f3f3;--link:#000;--critical:#a3123a;--high:#b3440a;--medium:#7a5a00;--low:#1f5f8b;--informational:#4d5666;--unspecified:#4d5666}
body{font-size:10.5pt}main{max-width:none;padding:0}.card{break-inside:auto}.card>details>summary,.do pre,tr{break-inside:avoid}h2,h4,h5{break-after:avoid}
.timeline{overflow:visible}svg{min-width:0}
.critical>details::details-content,.high>details::details-content,.medium>details::details-content,.critical>details>.why::details-content,.high>details>.why::details-content,.medium>details>.why::details-content{content-visibility:visible;display:block;block-size:auto}}
";
