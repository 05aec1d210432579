/**
 * The opt-out for a site's own privacy page: fills every element with `data-footfall-opt-out`. Where the browser's signal speaks
 * already it says so; else it offers a button. It works without the tracker, which looks for the same mark. Without script a link
 * stays what it is: the way to the collector's privacy page.
 */
import type {} from './footfall.ts';
import { choose, marked, optedOut, signalled } from './opt-out.ts';

/** What is said, unless the element says it otherwise: `data-opt-out="Nicht mitzählen"`. */
const words = {
  optOut: 'Don’t count me',
  optIn: 'Count me again',
  counted: 'You are counted.',
  optedOut: 'You have opted out.',
  signal: 'You are opted out by your browser’s signal.',
  unkept: 'You have opted out on this page only: your browser does not let it be remembered.',
};

const isMarked = (): unknown => {
  try {
    return marked();
  } catch {}
};

/** Filled elements, and how each shows the present state. */
const shown = new Map<Element, () => void>();
const showAll = (): void => {
  for (const show of shown.values()) show();
};

/** Only what differs is written: a status that says the same again would be read out, and every write calls `look`. */
const write = (element: Element, text: string): void => {
  if (element.textContent !== text) element.textContent = text;
};

const fill = (element: HTMLElement): void => {
  let place = element;
  // No button may stand in a link.
  if (element.matches('a')) {
    place = document.createElement('span');
    for (const name of ['id', 'class', 'lang', 'dir', 'data-footfall-opt-out']) {
      const value = element.getAttribute(name);
      if (value !== null) place.setAttribute(name, value);
    }
    element.replaceWith(place);
  }
  const say = (word: keyof typeof words): string => element.dataset[word] || words[word];
  const state = document.createElement('span');
  // Read out when it changes, without taking the focus from the button.
  state.setAttribute('role', 'status');
  const button = document.createElement('button');
  button.type = 'button';
  button.addEventListener('click', () => {
    const out = !optedOut();
    choose(out ? 1 : 0);
    window.footfall?.[out ? 'optOut' : 'optIn']?.();
    showAll();
  });
  place.replaceChildren(state, ' ', button);
  shown.set(place, () => {
    const out = optedOut();
    button.hidden = !!signalled();
    write(button, say(out ? 'optIn' : 'optOut'));
    write(state, say(signalled() ? 'signal' : out ? (isMarked() ? 'optedOut' : 'unkept') : 'counted'));
  });
};

/** Also what the page adds later. */
const look = (): void => {
  for (const element of document.querySelectorAll<HTMLElement>('[data-footfall-opt-out]'))
    if (!shown.has(element)) fill(element);
  showAll();
};

look();
new MutationObserver(look).observe(document, { childList: true, subtree: true });
// Chosen in another tab, or before the page came back from the back/forward cache.
addEventListener('storage', showAll);
addEventListener('pageshow', showAll);
