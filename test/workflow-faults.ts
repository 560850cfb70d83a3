/**
 * Reads a JSON list of workflows, and writes for each what GitHub's own parser finds in it: keys, values, expressions and
 * jobs that its schema does not allow. It runs in a process of its own, since the parser imports JSON as only bundlers and
 * tsx do.
 */
import { readFileSync } from 'node:fs';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';

async function faults(content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

const contents = JSON.parse(readFileSync(0, 'utf8')) as string[];
process.stdout.write(JSON.stringify(await Promise.all(contents.map(faults))));
