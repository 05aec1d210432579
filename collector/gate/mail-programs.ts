/**
 * Beginnings or parts of the agents of mail programs that a list of bots takes for bots, because they are made of a name and
 * a version alone (names after https://github.com/matomo-org/device-detector/blob/master/regexes/client/pim.yml).
 */
const mailPrograms = [
  'outlook-ios/',
  'outlook-android/',
  'airmail',
  'postbox/',
  'windowsmail/',
  'em client/',
  'mailspring/',
  'bluemail/',
  'foxmail/',
  'mailmaster',
  'navermailapp/',
  'yahoo%20mail/',
];

/** Whether an agent is a mail program's own. */
export function isMailProgram(agent: string): boolean {
  const lower = agent.toLowerCase();
  return mailPrograms.some((name) => lower.includes(name));
}
