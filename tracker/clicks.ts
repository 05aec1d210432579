import { track } from './track.ts';

const download = /\.(7z|csv|dmg|docx?|exe|gz|mp[34]|pdf|pptx?|rar|xlsx?|zip)$/i;

/** `data-footfall-event="Signup" data-footfall-event-plan="pro"` */
const mark = 'data-footfall-event-';

/** What of an element matters here. The document and the window, which end every path, have none of it; only forms have a method. */
type Clicked = Partial<HTMLAnchorElement & HTMLFormElement>;

/**
 * Of a click or a submit, counts links that lead away, downloads, and elements marked with `data-footfall-event`. Forms count
 * when submitted, all else when clicked. The way up is the composed path, so that links in open shadow roots count too.
 */
export const follow = (event: MouseEvent | SubmitEvent): unknown =>
  // The right button only opens a menu.
  (event.type === 'submit' || (event as MouseEvent).button < 2) &&
  (event.composedPath() as Clicked[]).forEach(
    ({ method, attributes, dataset: { footfallEvent } = {}, href, host, pathname, origin }) => {
      if (!method === (event.type === 'submit')) return;
      if (footfallEvent) {
        const props: Record<string, string> = {};
        for (const { name, value } of attributes as NamedNodeMap) {
          const [, key] = name.split(mark);
          if (key) props[key] = value;
        }
        track(footfallEvent, { props });
      }
      // A download's query is often a signature, another for each visitor.
      if (download.test(pathname as string))
        track('File Download', { props: { url: (origin as string) + pathname } });
      else if (/^http/.test(href as string) && host !== location.host) {
        track('Outbound Link: Click', { props: { url: href as string } });
      }
    },
  );
