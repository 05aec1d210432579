/**
 * Parts of agents by which programs give themselves away that look at links on behalf of a mail or an office program, in
 * lower case, each with who says so. Most scanners say that they are a browser; programs that call themselves bots are told
 * by the list of bots.
 */
const scannerAgents = [
  // https://learn.microsoft.com/archive/blogs/vsofficedeveloper/description-of-the-microsoft-office-existence-discovery-protocol-2
  'microsoft office existence discovery',
  // https://www.searchenginejournal.com/google-adds-new-documentation-for-mystery-crawler/501332/, which quotes Google's list
  'google-safety',
  // https://check.live-direct-marketing.online/blog/bot-clicks-security-scanners-detect
  'barracuda',
  'proofpoint',
  'ciscosecureemail',
];

/** Whether an agent is one of a link scanner. */
export function isScannerAgent(agent: string): boolean {
  const lower = agent.toLowerCase();
  return scannerAgents.some((name) => lower.includes(name));
}
