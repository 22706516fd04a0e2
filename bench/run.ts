import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { istioctl } from './istioctl';
import { command, inTurn, node, type Usage } from './program';
import { ring } from './ring';

const ROOT = join(__dirname, '..');
const CLI = join(ROOT, 'lib/cli/grpc-mesh.js');
const SMALL = join(ROOT, 'examples/01-hello-grpc/expected.yaml');

const turns = Number(process.argv[2] ?? 5);
const sizes = (process.argv[3] ?? '100,1000').split(',').map(Number);

const home = mkdtempSync(join(tmpdir(), 'grpc-mesh-bench-'));
try {
  for (const size of sizes) ofSize(size);
  startUp();
} finally {
  rmSync(home, { recursive: true });
}

function ofSize(size: number): void {
  const file = join(home, `${size}.yaml`);
  const text = ring(size);
  writeFileSync(file, text);
  const rival = istioctl(home);
  const programs = {
    floor: node('floor', file),
    read: node('read', file),
    check: node(CLI, 'check', file),
    matrix: node('matrix', file),
    authorize: node('authorize', file),
  };
  const all = rival ? { ...programs, analyze: command(rival, 'analyze', '--use-kube=false', '-A', file) } : programs;
  const { floor, read, check, matrix, authorize, analyze } = inTurn<string>(all, turns);
  const times = (a: Usage, b: Usage) => `${(a.cpu / b.cpu).toFixed(2)} times`;
  const documents = text.split('\n---\n').length;
  print(`${size} services: ${documents} documents, ${(text.length / 1e6).toFixed(1)} MB, ${turns} turns`, [
    ['one parse of the text (the floor)', inFigures(floor)],
    ['manifests and cluster', `${inFigures(read)}, ${times(read, floor)} the floor`],
    ['grpc-mesh check', `${inFigures(check)}, ${times(check, floor)} the floor`],
    ['  per service', `${((check.cpu / size) * 1e3).toFixed(2)} ms`],
    ['access matrix, on top of reading', `${((matrix.cpu - read.cpu) / floor.cpu).toFixed(2)} times the floor`],
    ['one authorize, warm', `${JSON.parse(authorize.stdout).microseconds.toFixed(1)} µs`],
    [
      'istioctl analyze',
      analyze ? `${inFigures(analyze)}, ${times(analyze, check)} grpc-mesh check` : 'not run: no Go',
    ],
  ]);
}

function startUp(): void {
  const { nothing, check, help } = inTurn(
    { nothing: node('nothing'), check: node(CLI, 'check', SMALL), help: node(CLI, '--help') },
    turns,
  );
  print('start-up', [
    ['node alone', inFigures(nothing)],
    ['grpc-mesh check, of a small file', inFigures(check)],
    ['grpc-mesh --help', inFigures(help)],
  ]);
}

function inFigures({ cpu, wall, megabytes = Number.NaN }: Usage): string {
  const memory = Number.isNaN(megabytes) ? '' : `, ${Math.round(megabytes)} MB`;
  return `${cpu.toFixed(2)} s of CPU, ${wall.toFixed(2)} s${memory}`;
}

function print(title: string, rows: readonly (readonly [string, string])[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, figures]) => `  ${name.padEnd(width)}  ${figures}`);
  process.stdout.write(`${[title, ...lines].join('\n')}\n\n`);
}
