/**
 * How a link that ends the mails, or chooses which ones come, names itself: English, German, French, Spanish,
 * Portuguese, Italian, Dutch, Danish, Norwegian, Swedish, Polish, Czech. Without accents, a space for any separator.
 */
const words = new RegExp(
  [
    'unsub(?:scribe|scription)?',
    'opt ?out',
    '(?:email|mail|newsletter|subscription|communication|notification|contact|update|manage|your|my) ?(?:\\w+ )?preferences?',
    'preferences? cent(?:er|re)',
    'manage (?:your |my )?subscriptions?',
    'update (?:your |my )?profile',
    'abmelden|abbestellen|austragen|abmeldung|abbestellung',
    'desabonner|desabonnement|desinscrire|desinscription',
    'darse de baja|darme de baja|cancelar (?:la |mi |a |sua )?(?:suscripcion|subscricao|inscricao|assinatura)|desuscribir\\w*|descadastrar',
    'disiscri\\w+|annulla(?:re)? (?:l )?iscrizione|cancella(?:re)? (?:l )?iscrizione',
    'afmelden|uitschrijven',
    'afmeld|frameld|meld deg av|avmeld|avregistrera|avprenumerera|avsluta prenumeration(?:en)?',
    'wypisz|rezygnuj|odhlasit|odhlaseni',
  ]
    .map((word) => `(?:${word})`)
    .join('|')
    .replace(/^(.*)$/s, '(?<![a-z])(?:$1)(?![a-z])'),
);
/** A longer text is about something else and names the word by the way. */
const mostCharacters = 200;

/** Whether a text, or the words of an address, name such a link. */
export function saysUnsubscribe(text: string): boolean {
  const plain = text
    .slice(0, mostCharacters)
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/([a-z])(?=[A-Z])/g, '$1 ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ');
  return words.test(plain);
}
