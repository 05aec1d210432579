/** GIF and not PNG: the smallest transparent picture has 43 bytes as GIF. */
const gif = new Uint8Array(
  Buffer.from('R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64'),
);

/** The answer to whoever asks for a picture, whatever became of it. */
export const pixel = (more: Readonly<Record<string, string>> = {}): Response =>
  new Response(gif, {
    headers: {
      'content-type': 'image/gif',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      ...more,
    },
  });
