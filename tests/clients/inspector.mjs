// node inspector.mjs <modern|legacy> <URL of /mcp>: the Inspector's command line with a bearer of a scripted
// sign-in: the strict lint of every listed schema, a read, a dry run, a commit and an undo.

import { signedIn } from './inspector_program.mjs';
import { assert, step } from './report.mjs';

const [name, url] = process.argv.slice(2);
if (!['modern', 'legacy'].includes(name) || !URL.canParse(url ?? '')) {
  console.error('usage: node inspector.mjs <modern|legacy> <URL of /mcp>');
  process.exit(2);
}
const inspector = await signedIn(name, url);

async function call(tool, args) {
  const { content, isError } = await inspector(
    '--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args));
  assert.ok(!isError, `${tool} fails: ${content[0].text}`);
  return JSON.parse(content[0].text);
}

await step('inspector: tools/list without a fault of its lint', async () => {
  const { tools } = await inspector('--method', 'tools/list', '--strict');
  assert.ok(tools.length > 0);
  return { line: { tools: tools.length } };
});

await step('inspector: a read', async () => {
  const { result } = await call('project_list', {});
  assert.ok(result.length > 0);
});

// The Inspector refuses to call what tools/list does not show, as some hosts do; every operation has to be
// reachable all the same.
await step('inspector: an operation that is not listed', async () => {
  const read = (operation, args = {}) => call('read_operation', { operation, arguments: args });
  const { result: found } = await call('find_operations', { query: 'notification scheme' });
  assert.ok(JSON.stringify(found).includes('notification_scheme_update'), `it is found: ${JSON.stringify(found)}`);
  const { result: described } = await call('describe_operation', { operation: 'notification_scheme_update' });
  assert.ok(JSON.stringify(described).includes('schemeId'), `its input is told: ${JSON.stringify(described)}`);

  const { result: schemes } = await read('notification_scheme_list');
  const scheme = { schemeId: String(schemes[0].id) };
  const look = async () => (await read('notification_scheme_get', scheme)).result;
  const before = await look();
  const description = `Seen by the Inspector, ${name}.`;
  const { result: preview } = await call('plan_change', {
    operation: 'notification_scheme_update',
    arguments: { ...scheme, description },
  });
  assert.equal(preview.dry_run, true);
  assert.deepEqual(await look(), before, 'a plan changes nothing');
  const { operation_id: operation } = await call('apply_plan', { plan_id: preview.plan_id });
  assert.deepEqual(await look(), { ...before, description });

  const { result: undo } = await call('operation_revert', { operation_id: operation });
  assert.equal(undo.dry_run, true);
  assert.deepEqual(await look(), { ...before, description }, 'a dry run undoes nothing');
  await call('operation_revert', { operation_id: operation, commit: true, plan_id: undo.plan_id });
  assert.deepEqual(await look(), before, 'the target is as it was');
});
