import { decoyLink } from '../mail/prepare/html-part.ts';
import { localHour } from '../time/calendar.ts';
import type { Mailing } from './mailing.ts';
import { normal, pick, type Uniform } from './random.ts';
import type { MailRequest, Reader } from './signal.ts';
import { hours, timezone } from './world.ts';

interface Program {
  readonly agent: string;
  /** Where it asks from; null: from where its reader is. */
  readonly network: string | null;
  /** Share of mails whose pictures it loads. */
  readonly shows: number;
  /** It loads them whether or not anyone reads. */
  readonly ahead?: true;
}

const programs: readonly (readonly [number, Program])[] = [
  [37, { agent: 'Mozilla/5.0', network: '172.224.226', shows: 0.86, ahead: true }],
  [
    28,
    {
      agent: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
      network: '66.249.93',
      shows: 0.96,
    },
  ],
  [
    5,
    {
      agent: 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
      network: '87.248.116',
      shows: 0.92,
    },
  ],
  [12, { agent: 'Mozilla/4.0 (compatible; ms-office; MSOffice 16)', network: null, shows: 0.6 }],
  [
    3,
    {
      agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0',
      network: null,
      shows: 0.5,
    },
  ],
  [
    9,
    {
      agent:
        'Mozilla/5.0 (Linux; Android 14; SM-S921B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.0.0 Mobile Safari/537.36',
      network: null,
      shows: 0.9,
    },
  ],
  [
    6,
    {
      agent:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
      network: null,
      shows: 0.75,
    },
  ],
];

interface Scanner {
  readonly agent: string;
  readonly network: string;
  /** Whether it follows every link, or the first one. */
  readonly all: boolean;
}

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
const scanners: readonly (readonly [number, Scanner])[] = [
  // One of the networks in gate/mail-gateways.json.
  [5, { agent: chrome, network: '94.100.132', all: true }],
  [3, { agent: 'Microsoft Office Existence Discovery', network: '203.0.113', all: false }],
  [2, { agent: 'python-requests/2.32.3', network: '198.51.100', all: false }],
  // Says nothing of itself: told by its haste.
  [3, { agent: chrome, network: '192.0.2', all: true }],
];
const scannedShare = 0.012;

const minute = 60_000;
const day = 1_440 * minute;
/** A mail system takes its time. */
const sendingMs = 8 * minute;

/** What became of a mailing: the requests of its openers, and who came to the website by which of its links. */
export function answered(
  mailing: Mailing,
  someone: () => Reader,
  uniform: Uniform,
): { requests: MailRequest[]; visits: { reader: Reader; at: number; target: string }[] } {
  const { campaign, letter, sentAt, delivered, links } = mailing;
  const requests: MailRequest[] = [];
  const visits: { reader: Reader; at: number; target: string }[] = [];
  // What stands further up is followed more, and the lead most.
  const weighted = links.map((link, index) => {
    const isLead = new URL(link.target).pathname === letter.lead.path;
    return [(isLead ? 3 : 1) / (index + 2), link] as const;
  });

  for (let number = 0; number < delivered; number += 1) {
    const program = pick(programs, uniform);
    const arrived = sentAt + Math.floor(sendingMs * uniform());
    const mail = {
      message: campaign,
      decoy: false,
      recipient: letter.token ? `subscriber-${number}` : null,
      sentAt: letter.sendTime ? arrived : null,
    };
    const from = (network: string) => `${network}.${1 + Math.floor(250 * uniform())}`;
    const open = (at: number, reader: Reader | null): void => {
      const { agent, network } = program;
      const address = network === null ? (reader ?? someone()).address : from(network);
      requests.push({ at, address, agent, gpc: false, mail: { ...mail, kind: 'open', link: null } });
    };
    if (uniform() < scannedShare) scan(arrived);
    if (program.ahead && uniform() < program.shows) open(arrived + ahead(), null);
    if (uniform() >= letter.interest) continue;

    const reader = someone();
    const readAt = arrived + awhile(arrived);
    if (!program.ahead && uniform() < program.shows) {
      open(readAt, reader);
      for (let at = readAt; uniform() < 0.2; ) {
        at += Math.floor(minute - day * 0.6 * Math.log(1 - uniform()));
        open(at, reader);
      }
    }
    if (uniform() < letter.appeal) {
      let at = readAt + 4_000 + Math.floor(90_000 * uniform());
      do {
        const { label: link, target } = pick(weighted, uniform);
        const { address, agent, optedOut: gpc } = reader;
        requests.push({ at, address, agent, gpc, mail: { ...mail, kind: 'click', link } });
        if (uniform() < 0.97) visits.push({ reader, at: at + 900, target });
        at += 25_000 + Math.floor(120_000 * uniform());
      } while (uniform() < 0.12);
    }

    function scan(arrival: number): void {
      const { agent, network, all } = pick(scanners, uniform);
      const address = from(network);
      let at = arrival + 300 + Math.floor(6_000 * uniform() ** 2);
      const follow = (link: string, decoy: boolean): void => {
        requests.push({ at, address, agent, gpc: false, mail: { ...mail, kind: 'click', link, decoy } });
        at += 150 + Math.floor(700 * uniform());
      };
      for (const { label } of all ? links : links.slice(0, 1)) follow(label, false);
      if (all && letter.decoy) follow(decoyLink, true);
    }
  }
  return { requests, visits };

  /** How long a prefetch takes: some minutes where the device is awake, else till it charges. */
  function ahead(): number {
    const mean = uniform() < 0.4 ? 7 * minute : 6 * 60 * minute;
    return Math.floor(-mean * Math.log(1 - uniform()));
  }

  /** Till the mail is read: half of them within hours, a tail of days, and few at night. */
  function awhile(since: number): number {
    for (let tries = 0; ; tries += 1) {
      const delay = Math.floor(90 * minute * Math.exp(1.7 * normal(uniform)));
      const hour = localHour(timezone, since + delay) % 24;
      if (delay < 12 * day && (tries > 9 || uniform() < (hours[hour] ?? 1) / 14)) return delay;
    }
  }
}
