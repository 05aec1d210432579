import type { DimensionName } from '../../schema/dimensions.ts';
import type { Amounts } from '../../schema/measures.ts';
import type { FactScope } from '../../schema/rollups.ts';

/** Something to count, about nobody: dimension values, and whole numbers that add up. */
export interface Fact {
  readonly scope: FactScope;
  /** Site id. */
  readonly site: number;
  /** Site-local wall-clock hour. */
  readonly hour: number;
  /** A rollup counts the fact if all of its dimensions stand here; `detail` takes missing ones as none. */
  readonly dims: Readonly<Partial<Record<DimensionName, string>>>;
  readonly amounts: Readonly<Amounts>;
  /** Of a visitor who opted out: counted in the trend and by single dimensions, never jointly. */
  readonly optedOut?: true;
}
