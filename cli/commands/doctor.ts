import type { Command } from 'commander';
import { checkDisk, checkStack, type Check } from '../doctor/checks.ts';
import { checkNode } from '../doctor/node.ts';
import { checkPorts, checkPostgres, checkTemporal } from '../doctor/servers.ts';
import { EXIT } from '../exit-codes.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { handle } from '../session.ts';

/** `bursar doctor`: every problem at once, each with what mends it. */
export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('look for what would keep Bursar from running; exit 1 where there is something');
  handle(command, ['bursar doctor', 'bursar doctor --json'], async ({ out, ...rest }) => {
    const looked = await Promise.all([
      checkDisk(rest),
      checkPorts(rest),
      checkPostgres(rest),
      checkTemporal(rest),
      checkStack(rest),
    ]);
    const checks = [checkNode(), ...looked];
    const ok = checks.every((check) => check.ok);
    out.result({ ok, checks }, () => doctorText(checks, out.style));
    return ok ? EXIT.ok : EXIT.failed;
  });
}

function doctorText(checks: readonly Check[], style: Style): string {
  const rows = checks.map(({ name, ok, found }) => [
    ok ? style.good('ok') : style.bad('WRONG'),
    name,
    found,
  ]);
  const fixes = checks.flatMap(({ name, fix }) => (fix === null ? [] : [`  ${name}: ${fix}`]));
  const found = table([{ title: '' }, { title: 'WHAT' }, { title: 'FOUND' }], rows, style.dim);
  return fixes.length === 0 ? found : `${found}\n\nTo mend it:\n${fixes.join('\n')}`;
}
