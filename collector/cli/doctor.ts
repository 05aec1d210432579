import { Command } from 'commander';
import { doctor } from '../doctor/doctor.ts';
import { reportText } from '../doctor/report.ts';
import { noticeVersion } from '../privacy/notice.ts';
import type { ReadSettings } from './context.ts';

interface Options {
  readonly json?: boolean;
  readonly strictExit?: boolean;
}

export const doctorCommand = (readSettings: ReadSettings): Command =>
  new Command('doctor')
    .description(
      'check this instance, and which conditions of the French audience-measurement exemption it meets',
    )
    .option('--json', 'print as JSON')
    .option('--strict-exit', 'fail on a condition that is not met, too')
    .action((options: Options) => {
      const report = doctor(readSettings(), Date.now(), noticeVersion);
      process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
      if (!report.healthy || (options.strictExit && report.count.no > 0)) process.exitCode = 1;
    });
