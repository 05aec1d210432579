/** A value that must not be found, in every spelling that it could be written in. */
export interface Canary {
  readonly name: string;
  readonly forms: ReadonlyMap<string, Buffer>;
}

const reversed = (bytes: Buffer): Buffer => Buffer.from(bytes).reverse();

/** The part of base64 that does not depend on what stands before and after, for each of the three alignments. */
function base64Forms(bytes: Buffer): Buffer[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const inner = text.slice(
      Math.ceil((shift * 4) / 3),
      text.length - (((shift + bytes.length) * 4) % 3 === 0 ? 0 : 1),
    );
    return [Buffer.from(inner), Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_'))];
  });
}

function bytesForms(forms: Map<string, Buffer>, bytes: Buffer): void {
  forms.set('hex', Buffer.from(bytes.toString('hex')));
  forms.set('upper-case hex', Buffer.from(bytes.toString('hex').toUpperCase()));
  base64Forms(bytes).forEach((form, index) => {
    forms.set(`base64 ${index}`, form);
  });
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** A text: plain, UTF-16 in both orders, hex, base64, percent-encoded. */
export function textCanary(name: string, text: string): Canary {
  const bytes = Buffer.from(text);
  const forms = new Map([
    ['text', bytes],
    ['lower case', Buffer.from(text.toLowerCase())],
    ['UTF-16LE', Buffer.from(text, 'utf16le')],
    ['UTF-16BE', utf16be(text)],
    ['percent-encoded', Buffer.from(encodeURIComponent(text))],
    [
      'percent-encoded, every byte',
      Buffer.from([...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')),
    ],
    [
      'Percent-Encoded, every byte',
      Buffer.from([...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')),
    ],
  ]);
  bytesForms(forms, bytes);
  return { name, forms };
}

/** An address: as a text, and as an integer of 4 or 16 bytes in both orders. */
export function addressCanary(text: string): Canary {
  const { forms } = textCanary(text, text);
  const bytes = addressBytes(text);
  return {
    name: `address ${text}`,
    forms: new Map([
      ...forms,
      ['integer', bytes],
      ['integer, other order', reversed(bytes)],
      ['hex of the integer', Buffer.from(bytes.toString('hex'))],
    ]),
  };
}

/** Random bytes such as a visit key: raw, hex, base64. */
export function bytesCanary(name: string, bytes: Buffer): Canary {
  const forms = new Map([
    ['raw', bytes],
    ['raw, other order', reversed(bytes)],
  ]);
  bytesForms(forms, bytes);
  return { name, forms };
}

function addressBytes(text: string): Buffer {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number));
  const [head = '', tail = ''] = text.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const zeros = 8 - groups(head).length - groups(tail).length;
  return Buffer.concat(
    [
      ...groups(head),
      ...Array.from({ length: text.includes('::') ? zeros : 0 }, () => '0'),
      ...groups(tail),
    ].map((group) => Buffer.from(group.padStart(4, '0'), 'hex')),
  );
}
