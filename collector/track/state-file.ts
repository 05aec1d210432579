import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { kind } from './state.ts';

/**
 * The files `visits` and `mails` in the memory-backed folder: frames, each one batch's state, the first one whole. A frame is the
 * payload's length (4 bytes), CRC-32 of the rest (4), the batch's number (8), payload; little-endian. A whole state goes
 * to `visits.next` and takes the place of `visits` when its batch is known to be committed: until then a crash needs the
 * old file. There is no fsync: what survives in memory needs none, and what does not is not helped.
 */
export type StateName = 'visits' | 'mails';
const nextOf = (name: StateName): string => `${name}.next`;
const head = 16;

/** Writes one frame at `position`; gives the position after it. Throws if it cannot be written in full. */
function appendFrame(fd: number, position: number, seq: number, payload: Uint8Array): number {
  const header = Buffer.alloc(head);
  header.writeUInt32LE(payload.length, 0);
  header.writeBigUInt64LE(BigInt(seq), 8);
  header.writeUInt32LE(crc32(payload, crc32(header.subarray(8))), 4);
  writeFully(fd, position, header);
  writeFully(fd, position + head, payload);
  return position + head + payload.length;
}

function writeFully(fd: number, position: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

/** The intact frames' payloads up to a batch, in order; none if the file does not begin with a whole state. */
function readFrames(path: string, lastSeq: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  const bytes = read(path);
  for (let at = 0; at + head <= bytes.length; ) {
    const end = at + head + bytes.readUInt32LE(at);
    if (end > bytes.length || crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) break;
    if (Number(bytes.readBigUInt64LE(at + 8)) > lastSeq) break;
    payloads.push(bytes.subarray(at + head, end));
    at = end;
  }
  return payloads[0]?.[0] === kind.whole ? payloads : [];
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/**
 * The states that a stopped or crashed process left behind, for `createTracker`: up to the last batch that the journal
 * committed, because what came after was never answered. A torn or damaged frame ends the list. Empty if there is nothing.
 */
export function loadState(
  directory: string,
  lastCommittedSeq: number,
  name: StateName = 'visits',
): Uint8Array[] {
  const next = join(directory, nextOf(name));
  const newer = readFrames(next, lastCommittedSeq);
  if (newer.length === 0) return readFrames(join(directory, name), lastCommittedSeq);
  // Committed, though the process ended before it could say so; the next whole state would be written over it.
  renameSync(next, join(directory, name));
  return newer;
}

/** For the thread that commits batches. Only the owner may list a folder made here or read the files. */
export interface StateWriter {
  /** Writes a batch's state, before the journal commits the batch. The same number again replaces what failed. */
  write(seq: number, state: Uint8Array): void;
  /** The batch is in the journal: what a whole state made needless is deleted now. */
  committed(seq: number): void;
  close(): void;
}

/** Makes the folder if it is missing; throws if it cannot. The first state written must be whole. */
export function createStateWriter(directory: string, name: StateName = 'visits'): StateWriter {
  const next = nextOf(name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  /** The file that frames go to, and where its last frame begins and ends. */
  let file: { fd: number; seq: number; begin: number; end: number; isNext: boolean } | null = null;

  return { write, committed, close };

  function write(seq: number, state: Uint8Array): void {
    if (file && seq > file.seq) committed(file.seq);
    if (state[0] === kind.whole) startNext(seq, state);
    else if (file) append(file, seq, state);
    else throw new Error('the first state written must be whole');
  }

  function startNext(seq: number, state: Uint8Array): void {
    close();
    rmSync(join(directory, next), { force: true });
    const fd = openSync(join(directory, next), 'wx', 0o600);
    file = { fd, seq, begin: 0, end: 0, isNext: true };
    file.end = appendFrame(fd, 0, seq, state);
  }

  function append(into: NonNullable<typeof file>, seq: number, state: Uint8Array): void {
    // The same batch again: its first try failed, perhaps halfway through a frame.
    const begin = seq === into.seq ? into.begin : into.end;
    ftruncateSync(into.fd, begin);
    into.seq = seq;
    into.begin = begin;
    into.end = begin;
    into.end = appendFrame(into.fd, begin, seq, state);
  }

  function committed(seq: number): void {
    if (!file?.isNext || seq < file.seq) return;
    renameSync(join(directory, next), join(directory, name));
    file.isNext = false;
  }

  function close(): void {
    if (file) closeSync(file.fd);
    file = null;
  }
}
