import type { Command } from 'commander';
import { diagnose } from '../suites/engine/doctor.ts';
import { print } from './output.ts';
import type { Shutdown } from './shutdown.ts';

/** Adds `doctor`, which installs nothing. */
export const addDoctor = (program: Command, { lifetime }: Shutdown): Command =>
  program
    .command('doctor')
    .description('what works on this machine, what is missing, and how to get it')
    .option('--browser <path>', 'a Chrome, Chromium or Edge to drive')
    .action((flags: { browser?: string }) =>
      diagnose(flags.browser, lifetime, ({ subject, status, detail, fix }) => {
        print(`${status.padEnd(12)} ${subject.padEnd(20)} ${detail}\n`);
        if (fix) print(`${' '.repeat(34)}fix: ${fix}\n`);
      }),
    );
