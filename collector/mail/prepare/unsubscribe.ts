/**
 * How a link that ends the mails, or chooses which ones come, names itself: English, German, French, Spanish,
 * Portuguese, Italian, Dutch, Danish, Norwegian, Swedish, Polish, Czech. Without accents, a space for any separator.
 */
const names = [
  'unsub(?:scribe|scription)?',
  'stop (?:receiving|getting) (?:\\w+ ){0,2}(?:e ?)?(?:mails?|newsletters?|messages?)',
  'opt ?out',
  '(?:email|mail|newsletter|subscription|communication|notification|contact|marketing) ?preferences?',
  '(?:manage|update|change|edit) (?:your |my )?preferences?',
  'preferences? cent(?:er|re)',
  'manage (?:your |my )?subscriptions?',
  'abmelde(?:n|link)|abzumelden|abbestell(?:en|link)|abzubestellen|austragen|auszutragen|abmeldung|abbestellung',
  'desabonner|desabonnement|desinscrire|desinscription',
  'darse de baja|darme de baja|cancelar (?:la |mi |a |sua )?(?:suscripcion|subscricao|inscricao|assinatura)|desuscribir\\w*|descadastrar',
  'disiscri\\w+|annulla(?:re)? (?:l )?iscrizione|cancella(?:re)? (?:l )?iscrizione',
  'afmelden|uitschrijven',
  'afmeld|frameld|meld deg av|avmeld|avregistrera|avprenumerera|avsluta prenumeration(?:en)?',
  'wypisz|rezygnuj|odhlasit|odhlaseni',
];
const words = new RegExp(`(?<![a-z])(?:${names.join('|')})(?![a-z])`);
/** A longer text is about something else, and names the word by the way. */
const mostWords = 100;
/** Behind so many characters no address says what it is for. */
const mostCharacters = 4_000;

/** Whether a link's words, or the words of an address, name such a link. */
export const wordsSayUnsubscribe = (text: string): boolean => {
  const short = text.replace(/\s+/g, ' ').trim();
  return short.length <= mostWords && (addressSaysUnsubscribe(short) || /^preferences?$/i.test(short));
};

export function addressSaysUnsubscribe(address: string): boolean {
  const plain = address
    .slice(0, mostCharacters)
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/([a-z])(?=[A-Z])/g, '$1 ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ');
  return words.test(plain) || /\/preferences?(?:[/?#]|$)/i.test(address);
}

/** Tags have fewer words for more: `*|UPDATE_PROFILE|*`, `<%asm_preferences_raw_url%>`, `{{ ManageURL }}`. */
export const tagSaysUnsubscribe = (tag: string): boolean =>
  addressSaysUnsubscribe(tag) || /unsub|preference|profile|manage/i.test(tag);
