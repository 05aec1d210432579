import { createStateWriter, type StateName } from './state-file.ts';

/** What changed with a batch, for each file of the memory-backed folder; none where nothing did. */
export type States = Readonly<Partial<Record<StateName, Uint8Array>>>;

/** As a {@link createStateWriter}, for all files. */
export interface StatesWriter {
  write(seq: number, states: States): void;
  committed(seq: number): void;
  close(): void;
}

export function createStatesWriter(directory: string): StatesWriter {
  const writers = {
    visits: createStateWriter(directory, 'visits'),
    mails: createStateWriter(directory, 'mails'),
  } as const satisfies Record<StateName, unknown>;
  const all = Object.entries(writers) as [StateName, (typeof writers)[StateName]][];
  return {
    write(seq, states) {
      for (const [name, writer] of all) {
        const state = states[name];
        if (state) writer.write(seq, state);
      }
    },
    committed(seq) {
      for (const [, writer] of all) writer.committed(seq);
    },
    close() {
      for (const [, writer] of all) writer.close();
    },
  };
}
