import { mailLimits, type PrepareOptions } from '../../../schema/mail.ts';
import { type FindContext, ownAddress } from './context.ts';
import { attributeNamed, type Element } from './elements.ts';
import { type Field, TemplateError } from './template-error.ts';

/** Throws TemplateError for options that no template could be prepared with. Looks at sizes before at anything else. */
export function checkOptions(options: PrepareOptions, context: FindContext): void {
  checkPart('template', options.html, 'html');
  if (options.text !== undefined) checkPart('text part', options.text, 'text');
  for (const [name, tag, field] of [
    ['token', options.token, 'token'],
    ['time of sending', options.send_time, 'send_time'],
  ] as const)
    if (tag !== undefined && (/\p{Cc}/u.test(tag) || /--!?>/.test(tag)))
      throw new TemplateError(
        `The tag for the ${name} holds line breaks, other control characters or "-->".`,
        'Give the tag in one line, as your mail system spells it, such as {{ .Subscriber.UUID }}.',
        field,
      );
  for (const [name, text] of [
    ['campaign', options.campaign],
    ['utm_source', options.utm_source],
    ['utm_medium', options.utm_medium],
  ] as const)
    if (context.scrub(text) !== text)
      throw new TemplateError(
        `As ${name}, "${text}" looks like an address, a number of a person or a secret, and would be stored as "${context.scrub(text)}".`,
        'Choose a name that is made of words, such as "spring-26".',
        name,
      );
}

function checkPart(name: string, content: string, field: Field): void {
  if (Buffer.byteLength(content) > mailLimits.template)
    throw new TemplateError(
      `The ${name} has more than ${mailLimits.template / 1024} KiB.`,
      'Mail programs cut a message at about a tenth of that: link to images instead of putting them into the template.',
      field,
    );
  if (content.includes('\0'))
    throw new TemplateError(
      `The ${name} is no text: it has zero bytes.`,
      'Save it as UTF-8. An image, an archive or UTF-16 cannot be read.',
      field,
    );
}

/** Throws TemplateError where there is no HTML, or where a pixel of ours is there already. */
export function checkElements(elements: readonly Element[], context: FindContext): void {
  if (elements.length === 0)
    throw new TemplateError(
      'The template is not HTML: there is no element in it.',
      'Give the HTML of the mail. A plain text goes with it, as its text part.',
    );
  const pixels = `${ownAddress(context)}o/`;
  if (
    elements.some(
      (element) => element.name === 'img' && attributeNamed(element, 'src')?.value.trim().startsWith(pixels),
    )
  )
    throw new TemplateError(
      'The template was prepared already: it has a pixel of this Footfall, and each opening would count twice.',
      'Take the template as it was before it was prepared.',
    );
}
