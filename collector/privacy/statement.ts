import { type RequestKind, requestDays, requestKinds } from '../../schema/requests.ts';
import { anyIdentified, type Basis, periodOf } from './basis.ts';
import { inventoryOf } from './inventory.ts';
import { labelsByCategory } from './words.ts';

export interface Asked {
  readonly kind: RequestKind;
  readonly agent: boolean;
  readonly reference: string;
  /** `YYYY-MM-DD`. */
  readonly received: string;
  readonly due: string;
}

const answers: Readonly<Record<RequestKind, string>> = {
  access:
    'There is no record about a person to show: no name, address, account or number leads to anything. The list above is all that is held, as sums over all visitors.',
  correct:
    'There is no record about a person that could be wrong: sums over all visitors cannot be corrected for one of them.',
  erase:
    'What is held about today’s visit can be erased by the visitor at once, from the same browser and connection, on the privacy page. Sums of earlier days say nothing about a person and cannot be told apart.',
  limit:
    'No sensitive information is collected, and nothing is used for anything but counting. To limit it further, opt out on the privacy page: from then on there is no identifier.',
  object:
    'Opt out on the privacy page, or switch on Global Privacy Control in the browser: both end it at once. From then on there is no identifier.',
};

/** The answer to a privacy request: what is and can be held, in plain words. */
export function statementOf(basis: Basis, { kind, agent, reference, received, due }: Asked): string {
  const { schema, settings, sites, publicUrl } = basis;
  const others = inventoryOf(basis).filter(
    ({ where, kept }) => where !== 'counters' && !/^not kept/.test(kept),
  );
  const keys = schema.retention.keys;
  return [
    `Privacy request ${reference}`,
    `Received ${received}, to be answered within ${requestDays} days: by ${due}.`,
    `Asked: ${requestKinds[kind]}${agent ? ', by somebody who acts for the person' : ''}.`,
    '',
    'What is held',
    '',
    'Visits are counted in sums. There is no row for a visit or a visitor, and nothing by which one could be found again.',
    ...labelsByCategory(basis).map(([label, labels]) => `- ${label}: ${labels.join(', ')}`),
    '',
    'Beside the sums there are:',
    ...others.map(({ label, where, kept }) => `- ${label}: ${where}; ${kept}`),
    '',
    'What can be held about one person',
    '',
    anyIdentified(basis) && keys
      ? `For at most ${periodOf(keys, settings)}, in memory: that a browser at an address is on its way through the site today. Only that browser, from that address, leads to it; the program cannot be asked by name.`
      : 'Nothing: nobody has an identifier here.',
    '',
    'Answer',
    '',
    answers[kind],
    ...(agent
      ? [
          'Somebody who acts for another is told no more than that person would be. Check the authority as your law asks before you answer.',
        ]
      : []),
    ...sites.map(({ domain }) => `Privacy page of ${domain}: ${publicUrl}/privacy?site=${domain}`),
    '',
  ].join('\n');
}
