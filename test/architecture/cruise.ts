import { cruise, type IFlattenedRuleSet, type IModule } from 'dependency-cruiser';
import type { Row } from './rules.ts';

/** The rows as dependency-cruiser's `allowed` rules. A row applies to the files that no earlier row matches. */
function ruleSet(rows: readonly Row[]): IFlattenedRuleSet {
  const allowed = rows.flatMap(({ files, may, packages, node }, i) => {
    const from = { path: files, pathNot: rows.slice(0, i).map((row) => row.files) };
    const paths = [...may, ...packages.map((name) => `(^|node_modules/)${name}(/|$)`)];
    return [
      ...paths.map((path) => ({ from, to: { path, dependencyTypesNot: ['core' as const] } })),
      ...(node ? [{ from, to: { dependencyTypes: ['core' as const] } }] : []),
    ];
  });
  return { allowed, allowedSeverity: 'error' };
}

/** The modules in folders under `root`, and one line for each import, including those of types, that no row allows. */
export async function cruiseAll(
  root: string,
  folders: readonly string[],
  rows: readonly Row[],
): Promise<{ modules: readonly IModule[]; violations: readonly string[] }> {
  const { output } = await cruise([...folders], {
    baseDir: root,
    validate: true,
    ruleSet: ruleSet(rows),
    // TypeScript 7 has no API in JavaScript.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: 'node_modules',
    enhancedResolveOptions: {
      extensions: ['.ts', '.json'],
      conditionNames: ['import', 'require', 'default'],
      exportsFields: ['exports'],
    },
  });
  if (typeof output === 'string') throw new Error(output);
  const violations = output.summary.violations.map(({ from, to }) => `${from} may not import ${to}`);
  return { modules: output.modules, violations };
}
