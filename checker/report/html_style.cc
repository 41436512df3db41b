#include "checker/report/html_style.h"

namespace report {

constexpr std::string_view html_style = R"(
:root {
  --page: #ffffff; --panel: #f6f8fa; --line: #d9dee4; --ink: #1c2229; --soft: #57616c;
  --bad: #b3261e; --bad-panel: #fdf0ee; --good: #1a6b34; --good-panel: #e9f5ec;
  --wait: #8a5a00; --wait-panel: #fdf5e2; --link: #0b57a4; --fill: #dfe9f5;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14181c; --panel: #1c2126; --line: #343b43; --ink: #e4e8ec; --soft: #9ba6b1;
    --bad: #ff8f85; --bad-panel: #38201f; --good: #6fcf8e; --good-panel: #1a2f21;
    --wait: #e5b85c; --wait-panel: #33290f; --link: #84bdfa; --fill: #22364c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 68rem; padding: 1.5rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
}
p { margin: .4rem 0; }
a { color: var(--link); }
h2 { margin: 0; font-size: 1.6rem; line-height: 1.25; }
h3 { margin: 0 0 .5rem; font-size: 1rem; }
h4 { margin: 0; font-size: .95rem; font-family: var(--mono); }
h4 small { font: .85rem/1.4 system-ui, sans-serif; color: var(--soft); }
code, pre, .mono { font-family: var(--mono); font-size: .85rem; overflow-wrap: anywhere; }
h3 code { font-weight: normal; }
ol, ul, dl, figure, pre { margin: 0; padding: 0; list-style: none; }
.brand { margin: 0 0 1.5rem; font-size: .95rem; font-weight: 600; color: var(--soft); }
.note { color: var(--soft); font-size: .85rem; }
.lab { margin-bottom: 4rem; }
.lab + .lab { border-top: 1px solid var(--line); padding-top: 2rem; }
.result { margin: .5rem 0 1rem; }
.badge {
  display: inline-block; padding: .05rem .6rem; border: 1px solid; border-radius: 1rem;
  font-size: .85rem; font-weight: 600; white-space: nowrap; color: var(--bad);
  background: var(--bad-panel);
}
.badge.passed { color: var(--good); background: var(--good-panel); }
.badge.not-yet, .badge.checker-error { color: var(--wait); background: var(--wait-panel); }
.story { margin: 1rem 0 0; }
.story + .story { margin-top: 2.5rem; }
.cause {
  border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px;
  padding: .75rem 1.1rem 1rem; background: var(--panel);
}
.lead { font-size: 1.2rem; line-height: 1.4; font-weight: 600; overflow-wrap: anywhere; }
.advice { display: grid; grid-template-columns: 6.5rem 1fr; gap: .5rem 1rem; margin-top: .9rem; }
.advice dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.part { margin-top: 1.9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; font-weight: normal; }
thead th { color: var(--soft); font-size: .8rem; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--line); }
.facts, .summary, .engines { width: 100%; }
.facts td:first-child, .number { white-space: nowrap; }
.facts .yes { color: var(--good); }
.facts .no { color: var(--bad); }
.summary th, .engines tbody th { white-space: nowrap; }
.engines tbody th, .registers tbody th { color: var(--soft); }
.engines td { overflow-wrap: anywhere; }
.differs td, .differs th { background: var(--bad-panel); }
.registers tbody .differs th { color: var(--ink); font-weight: 600; }
.descriptors { margin-bottom: .8rem; }
.mark { color: var(--bad); font-weight: 700; }
.source, .output {
  border: 1px solid var(--line); border-radius: 6px; background: var(--panel); padding: .6rem 0;
  overflow-x: auto; line-height: 1.55; white-space: pre; overflow-wrap: normal;
}
.output { padding: .6rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; margin-top: .5rem; }
.source .line { display: block; padding-right: 1rem; min-width: max-content; }
.source i { font-style: normal; color: var(--soft); display: inline-block; padding-left: .5rem; }
.source .here { background: var(--bad-panel); font-weight: 600; box-shadow: inset 4px 0 var(--bad); }
.source .here i { color: var(--bad); }
.timeline { width: 100%; }
.timeline th { padding-right: .6rem; white-space: nowrap; }
.timeline td { padding-right: .45rem; white-space: nowrap; color: var(--soft); }
.timeline .told-about th { font-weight: 700; }
.timeline .across { white-space: normal; }
.letter {
  display: inline-block; min-width: 1.15rem; margin: 0 1px 0 0; padding: 0 .1rem; text-align: center;
  font: .8rem/1.35rem var(--mono); border: 1px solid transparent; border-radius: 3px;
  color: var(--soft); opacity: .65;
}
.letter.left { border-color: var(--link); background: var(--fill); color: var(--ink); opacity: 1; }
.letter.died, .letter.waits { opacity: 1; font-weight: 700; border-style: dashed; }
.letter.died { color: var(--bad); background: var(--bad-panel); border-color: var(--bad); }
.letter.waits { color: var(--wait); background: var(--wait-panel); border-color: var(--wait); }
.timeline .reached { color: var(--good); }
.chain { display: flex; flex-wrap: wrap; gap: .9rem 1.9rem; }
.chain li {
  position: relative; flex: 1 1 10rem; min-width: 0; border: 1px solid var(--line);
  border-radius: 6px; padding: .6rem .8rem; background: var(--panel);
}
.chain li + li::before, .walk li + li::before {
  content: "\2192"; position: absolute; left: -1.45rem; top: .5rem; color: var(--soft);
}
.chain .cause { flex: 2 1 21rem; border: 1px solid var(--bad); }
.chain .end { flex-grow: .6; border-style: dashed; border-color: var(--bad); background: none; }
.chain dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .7rem; font-size: .85rem; margin-top: .3rem; }
.chain dt { color: var(--soft); }
.tag { color: var(--soft); font-size: .8rem; margin: .1rem 0; }
.cause .tag, .breaks .tag { color: var(--bad); font-weight: 600; }
.arrives .tag { color: var(--good); font-weight: 600; }
.walk { display: flex; flex-wrap: wrap; gap: .9rem 1.9rem; margin: .6rem 0; }
.walk li {
  position: relative; display: flex; gap: .7rem; flex: 1 1 13rem; border: 1px solid var(--line);
  border-radius: 6px; padding: .6rem .7rem; background: var(--panel);
}
.walk .breaks { border-color: var(--bad); }
.walk p { margin: .15rem 0; }
.walk .mono { font-size: .78rem; }
.table-picture { width: 2.2rem; flex: none; align-self: flex-start; }
.table-picture .frame { fill: var(--page); stroke: var(--soft); }
.table-picture .rule { stroke: var(--line); }
.table-picture .slot { fill: var(--link); }
.breaks .table-picture .slot { fill: var(--bad); }
.flags span { font: .75rem/1.2rem var(--mono); white-space: nowrap; margin-right: .3rem; }
.flags .clear { color: var(--soft); opacity: .8; }
.flags .set { font-weight: 700; }
.flags .bad { color: var(--bad); font-weight: 700; text-decoration: underline; }
figcaption { color: var(--bad); font-family: var(--mono); font-size: .85rem; overflow-wrap: anywhere; }
.strip { display: flex; flex-wrap: wrap; gap: .5rem .5rem; margin-top: .8rem; }
.bits { display: grid; grid-template-columns: repeat(16, 1fr); flex: 1 1 15rem; max-width: 22rem; }
.bit { display: flex; flex-direction: column; text-align: center; font: .62rem/1.3 var(--mono); min-width: 0; }
.bit i { font-style: normal; color: var(--soft); height: .85rem; white-space: nowrap; }
.bit b {
  border: 1px solid var(--line); margin-left: -1px; font-size: .75rem; line-height: 1.35rem;
  font-weight: normal; color: var(--soft);
}
.bit u { text-decoration: none; color: var(--soft); height: .85rem; white-space: nowrap; letter-spacing: -.03em; }
.bit.set b, .bit.address b { color: var(--ink); }
.bit.set b { background: var(--fill); font-weight: 700; }
.bit.address b { background: var(--panel); }
.bit.bad b { background: var(--bad); color: var(--page); font-weight: 700; border-color: var(--bad); }
.bit.bad u { color: var(--bad); font-weight: 700; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; font-size: .85rem; color: var(--soft); margin-top: .3rem; }
.legend b { color: var(--ink); font-weight: 600; font-family: var(--mono); font-size: .8rem; }
.legend .bad, .legend .bad b { color: var(--bad); }
.tables { display: flex; flex-wrap: wrap; gap: 1.2rem 2.5rem; align-items: flex-start; }
.registers { flex: 0 1 auto; }
.registers caption { color: var(--ink); font-weight: 600; }
.registers td, .registers th { padding: .15rem .9rem .15rem .3rem; }
.registers thead { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; font-weight: 600; }
.other { margin-top: 1.9rem; border-top: 1px solid var(--line); padding-top: .8rem; }
@media print, (max-width: 56rem) {
  .timeline thead { display: none; }
  .timeline, .timeline tbody, .timeline caption { display: block; }
  .timeline tr { display: flex; flex-wrap: wrap; gap: .2rem .8rem; padding: .5rem 0; }
  .timeline th { flex: 1 0 100%; padding: 0; }
  .timeline td { padding: 0; white-space: normal; }
  .timeline td::before { content: attr(data-mode) " "; display: block; font-size: .7rem; }
}
@media (max-width: 46rem) {
  body { padding: 1rem; }
  .advice { grid-template-columns: 1fr; gap: .1rem; }
  .advice dd { margin-bottom: .6rem; }
  .chain, .walk { flex-direction: column; gap: 1.5rem; }
  .chain li, .walk li, .chain .cause { flex: none; }
  .chain li + li::before, .walk li + li::before { content: "\2193"; left: 1rem; top: -1.5rem; }
  .registers { width: 100%; }
  .registers td { overflow-wrap: anywhere; font-size: .78rem; padding-right: .4rem; }
  .registers tbody th { white-space: nowrap; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h3 { break-after: avoid; }
  .source { white-space: pre-wrap; overflow: visible; }
  .source .line { min-width: 0; }
  .lab { margin-bottom: 1rem; break-after: page; }
  .chain li, .walk li, .registers, .source, .strip, figure, tr { break-inside: avoid; }
  .letter, .bit b, .differs td, .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)";

}  // namespace report
