/** `userId`, `user-id` and `user_id` are one name. */
const plain = (key: string): string =>
  key
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s.-]+/g, '_');

const identifiers =
  /^(u?uid|guid|email|e_mail|phone|username|login|ip|ip_address|fingerprint|(first|last|full)_?name|(user|customer|client|visitor|member|account|person|profile|device|order|transaction|session|subscriber|contact|crm)_?(id|nr|no|number|hash|key|token|email|name))$/;
const positions =
  /^(lat|lng|lon|long|latitude|longitude|geo|gps|coords?|coordinates|position|post_?code|postal_?code|zip|zip_?code|plz|street|address)$/;

/** Whether a property is named like something that a person could be found by in another file. */
export const identifierIn = (key: string): boolean => identifiers.test(plain(key));
/** Whether a property is named like a place finer than a city. */
export const positionIn = (key: string): boolean => positions.test(plain(key));
