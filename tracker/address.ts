import { hashMode } from './script.ts';

/** The page's address as it last was; empty before the page was first visible. */
export let address = '';

/** Takes the address anew. Returns whether it has changed. A fragment that is no route stays on the device: it may hold a token. */
// biome-ignore lint/suspicious/noAssignInExpressions: one expression reads the old address and takes the new one; two statements cost 9 bytes
export const moved = (): boolean => address !== (address = location.href.replace(hashMode ? '' : /#.*/, ''));

/** The same address counts again: the page came back from the back/forward cache. */
export const forget = (): void => {
  address = '';
};
