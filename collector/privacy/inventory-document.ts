import type { Basis } from './basis.ts';
import type { Block, Document } from './document.ts';
import { inventoryOf } from './inventory.ts';
import { periods } from './words.ts';

/** The inventory as a table, for the page and the document. */
export const inventoryTable = (basis: Basis): Block => ({
  table: {
    columns: [
      'What',
      'Category',
      'Where from',
      'What is taken away',
      'Where',
      'Kept',
      'Opted out',
      'California',
    ],
    rows: inventoryOf(basis).map((item) => [
      item.label,
      item.category,
      item.origin,
      item.coarsening,
      item.where,
      item.kept,
      item.optedOut ? 'kept too' : 'not kept',
      item.california,
    ]),
  },
});

export const inventoryDocument = (basis: Basis, version: string): Document => ({
  title: 'Inventory of what is kept',
  notes: [`Of version ${version} of the privacy notice. Profile: ${basis.profile.label}.`],
  sections: [
    { heading: 'What is kept, or read on the way', blocks: [inventoryTable(basis)] },
    {
      heading: 'For how long',
      blocks: [{ table: { columns: ['What', 'Kept at most', 'Then'], rows: periods(basis) } }],
    },
  ],
});
