/**
 * Shares a whole number out in proportion to weights, by largest remainder, and gives no part more than it can bear. What
 * the weighted ones cannot bear the others do, in proportion to what they can. The parts sum to `total`, or to all that
 * can be borne.
 */
export function shareOut(total: number, weights: readonly number[], bearable: readonly number[]): number[] {
  const parts = bearable.map(() => 0);
  const roomOf = (index: number): number => (bearable[index] ?? 0) - (parts[index] ?? 0);
  let left = Math.min(
    total,
    bearable.reduce((sum, one) => sum + one, 0),
  );
  while (left > 0) {
    const room = parts.map((_, index) => index).filter((index) => roomOf(index) > 0);
    const weighted = room.filter((index) => (weights[index] ?? 0) > 0);
    const open = weighted.length > 0 ? weighted : room;
    const weightOf = (index: number): number => (weighted.length > 0 ? (weights[index] ?? 0) : roomOf(index));
    const whole = open.reduce((sum, index) => sum + weightOf(index), 0);
    const toShare = left;
    const rests: { readonly index: number; readonly rest: number }[] = [];
    for (const index of open) {
      const ideal = toShare * (weightOf(index) / whole);
      const part = Math.min(Math.floor(ideal), roomOf(index), left);
      parts[index] = (parts[index] ?? 0) + part;
      left -= part;
      rests.push({ index, rest: ideal - Math.floor(ideal) });
    }
    rests.sort((one, other) => other.rest - one.rest || one.index - other.index);
    for (const { index } of rests) {
      if (left === 0) break;
      if (roomOf(index) === 0) continue;
      parts[index] = (parts[index] ?? 0) + 1;
      left -= 1;
    }
  }
  return parts;
}
