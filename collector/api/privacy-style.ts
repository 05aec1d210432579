/** The privacy page's style: the dashboard's paper, ink and accent. */
export const privacyStyle = `
:root {
  color-scheme: light dark;
  --paper: #fcfbf8; --raised: #ffffff; --ink: #1b1a17; --muted: #5f5c54; --line: #e3e0d7;
  --accent: #0b5d4b; --on-accent: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #151614; --raised: #20221f; --ink: #eceae3; --muted: #aaa79d; --line: #33362f;
    --accent: #63c7a6; --on-accent: #0d1c17;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html {
  background: var(--paper); color: var(--ink);
  font: 15px / 1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif;
  -webkit-text-size-adjust: 100%;
}
body { margin: 0 auto; max-width: 1220px; padding: 16px 32px 28px; overflow-wrap: anywhere; }
h1 { margin: 0 0 4px; font-size: 26px; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 0 0 6px; font-size: 15px; line-height: 1.3; }
p, ul, dl { margin: 0 0 8px; }
ul { padding-left: 18px; }
li { margin-bottom: 3px; }
a { color: inherit; text-underline-offset: 3px; }
.lead { max-width: 62em; margin-bottom: 12px; color: var(--muted); }
.columns { display: grid; grid-template-columns: 300px 1fr 1fr; gap: 20px 36px; align-items: start; }
.columns section + section { margin-top: 20px; }
.yours { padding: 18px 20px; background: var(--raised); border: 1px solid var(--line); border-top: 3px solid var(--accent); border-radius: 4px; }
.yours h2 { font-size: 13px; font-weight: 400; color: var(--muted); }
.state { margin: 0 0 6px; font-size: 20px; font-weight: 600; line-height: 1.25; }
.honored { padding: 6px 10px; border-left: 3px solid var(--accent); font-weight: 600; }
.done { margin-bottom: 14px; padding: 8px 12px; background: var(--accent); color: var(--on-accent); border-radius: 4px; }
form { margin: 14px 0 0; }
button {
  min-height: 44px; padding: 8px 18px; font: inherit; font-weight: 600; cursor: pointer; border-radius: 4px;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent);
}
button.second { color: var(--ink); background: transparent; border-color: var(--muted); }
button:hover { filter: brightness(1.12); }
form + p { margin-top: 14px; }
small { display: block; font-size: 13px; line-height: 1.35; color: var(--muted); }
form p { margin: 6px 0 0; font-size: 13px; color: var(--muted); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
dl { display: grid; grid-template-columns: 1fr auto; gap: 3px 16px; }
dd { margin: 0; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
details { margin-top: 14px; border-top: 1px solid var(--line); padding-top: 8px; }
summary { min-height: 28px; cursor: pointer; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 10px 0; min-width: 1150px; font-size: 13px; }
th, td { padding: 5px 14px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
tbody th { font-weight: 600; }
td:nth-child(6) { min-width: 230px; }
thead th { color: var(--muted); font-weight: 400; white-space: nowrap; }
footer { margin-top: 20px; padding-top: 12px; border-top: 1px solid var(--line); font-size: 13px; color: var(--muted); }
footer p { margin: 0 0 4px; }
.small { max-width: 640px; }
.mail { display: grid; grid-template-columns: minmax(300px, 400px) minmax(0, 560px); gap: 20px 36px; align-items: start; }
@media (max-width: 1000px) {
  .columns { grid-template-columns: 1fr 1fr; }
  .yours { grid-column: 1 / -1; }
}
@media (max-width: 680px) {
  body { padding: 16px 16px 24px; }
  .columns, .mail { display: block; }
  .columns section, .mail section { margin-bottom: 22px; }
  button { width: 100%; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { text-align: left; margin-bottom: 6px; color: var(--muted); }
}
@media print {
  .yours form { display: none; }
}
`;
