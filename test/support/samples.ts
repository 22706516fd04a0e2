import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

/** A TypeScript block of a document, with everything it goes on from. */
export interface Sample {
  readonly file: string;
  /** Where the block stands in the document. */
  readonly line: number;
  /** A whole module. */
  readonly text: string;
  /** For each line of `text` the line of the document it was taken from; 0 for none. */
  readonly origins: number[];
  /** Whether it calls `app.synth()`: it then does so at its end, and not before. */
  readonly synthesizes: boolean;
}

interface Line {
  readonly text: string;
  readonly origin: number;
}

interface Block {
  readonly line: number;
  readonly name?: string;
  readonly before?: Block;
  readonly lines: Line[];
}

/** The samples of a document, by the convention that `readme.test.ts` describes. */
export function samplesOf(file: string, markdown: string): Sample[] {
  return blocksOf(file, markdown).map((block) => {
    const parts = chainOf(block).map(({ lines }) => lines);
    const synth = parts.flat().find(isSynth);
    const lines = moduleOf(
      parts.map((part) => part.filter((line) => !isSynth(line))),
      synth ? [synth] : [],
    );
    return {
      file,
      line: block.line,
      text: lines.map(({ text }) => text).join('\n'),
      origins: lines.map(({ origin }) => origin),
      synthesizes: synth !== undefined,
    };
  });
}

function isSynth({ text }: Line): boolean {
  return text.trim() === 'app.synth();';
}

function blocksOf(file: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  let waiting = new Directives(file);
  let fence: { readonly mark: string; readonly indent: number; readonly block?: Block } | undefined;
  let given: Line[] | undefined;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const origin = index + 1;
    if (given) {
      if (text.trim() === '-->') given = undefined;
      else given.push({ text, origin });
    } else if (fence) {
      if (text.trim().startsWith(fence.mark) && text.trim().replaceAll(fence.mark[0], '') === '') fence = undefined;
      else fence.block?.lines.push({ text: text.slice(Math.min(fence.indent, text.search(/\S|$/))), origin });
    } else if (/^\s*<!--\s*sample:/.test(text)) {
      given = waiting.read(text, origin);
    } else {
      const [, indent, mark, language] = /^(\s*)(`{3,}|~{3,})\s*(\w*)/.exec(text) ?? [];
      if (mark === undefined) continue;
      const isSample = language === 'ts' || language === 'typescript';
      fence = { mark, indent: indent.length, block: isSample ? waiting.block(origin, blocks) : undefined };
      if (!isSample) waiting.belongToNothing();
      if (fence.block) blocks.push(fence.block);
      waiting = new Directives(file);
    }
  }
  waiting.belongToNothing();
  if (fence || given) throw new Error(`${file}: the last block or comment has no end`);
  return blocks;
}

/** The comments that stand before a block. */
class Directives {
  private readonly given: Line[] = [];
  private continues?: string;
  private name?: string;
  private origin?: number;

  public constructor(private readonly file: string) {}

  /** Reads the first line of a comment; returns where its further lines go, if it has some. */
  public read(text: string, origin: number): Line[] | undefined {
    this.origin = origin;
    if (/^\s*<!--\s*sample:\s*given\s*$/.test(text)) return this.given;
    const [, word, name] = /^\s*<!--\s*sample:\s*(continues|name)(?:\s+([\w-]+))?\s*-->\s*$/.exec(text) ?? [];
    if (word === 'continues') this.continues = name ?? '';
    else if (word === 'name' && name !== undefined) this.name = name;
    else throw new Error(`${this.file}:${origin}: nobody understands '${text.trim()}'`);
    return undefined;
  }

  public block(line: number, earlier: Block[]): Block {
    const { continues } = this;
    const before =
      continues === '' ? earlier.at(-1) : earlier.find(({ name }) => name !== undefined && name === continues);
    if (continues !== undefined && !before) {
      throw new Error(`${this.file}:${line}: there is no earlier block ${continues} to continue`);
    }
    return { line, name: this.name, before, lines: [...this.given] };
  }

  public belongToNothing(): void {
    if (this.origin !== undefined) throw new Error(`${this.file}:${this.origin}: no TypeScript block follows`);
  }
}

function chainOf(block: Block): Block[] {
  return block.before ? [...chainOf(block.before), block] : [block];
}

/**
 * One module of several parts. Imports go to the top, each name once, as every part may repeat them; each part is a
 * scope inside the one before, so it knows the names of that and may use them for something else. `end` comes last.
 */
function moduleOf(parts: Line[][], end: Line[]): Line[] {
  const imports: Line[] = [];
  const bodies: Line[] = [];
  const known = new Set<string>();
  for (const [index, part] of parts.entries()) {
    const source = ts.createSourceFile(
      'part.ts',
      part.map(({ text }) => text).join('\n'),
      ts.ScriptTarget.Latest,
      true,
    );
    const body = part.map(({ text }) => text);
    for (const statement of source.statements.filter(ts.isImportDeclaration)) {
      const at = (position: number) => source.getLineAndCharacterOfPosition(position).line;
      const [first, last] = [at(statement.getStart()), at(statement.end)];
      imports.push({ text: withoutNames(statement, known), origin: part[first].origin });
      for (let line = first; line <= last; line++) body[line] = '';
    }
    if (index > 0) bodies.push({ text: '{', origin: 0 });
    bodies.push(...body.map((text, line) => ({ text, origin: part[line].origin })));
  }
  const close = { text: '}'.repeat(parts.length - 1), origin: 0 };
  return [...imports, { text: 'export {};', origin: 0 }, ...bodies, ...end, close];
}

function withoutNames(statement: ts.ImportDeclaration, known: Set<string>): string {
  const bindings = statement.importClause?.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings)) return statement.getText();
  const fresh = bindings.elements.filter(({ name }) => !known.has(name.text));
  for (const { name } of fresh) known.add(name.text);
  const names = fresh.map((element) => element.getText()).join(', ');
  return `import { ${names} } from ${statement.moduleSpecifier.getText()};`;
}

/** What the compiler says of samples, each sentence once, with the line of the document. */
export function diagnosticsOf(samples: Sample[], root: string): string[] {
  const texts = new Map(samples.map((sample) => [join(root, `${sample.file}.${sample.line}.ts`), sample]));
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    esModuleInterop: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: { 'cdk8s-grpc-mesh': [join(root, 'src/index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path)?.text ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const sample = texts.get(path);
    return sample ? ts.createSourceFile(path, sample.text, target) : getSourceFile(path, target, ...rest);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const said = [...texts].flatMap(([path, { file, line, origins }]) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start = 0, messageText, file: at }) => {
        const origin = at && origins[at.getLineAndCharacterOfPosition(start).line];
        return `${file}:${origin || line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      },
    );
  });
  return [...new Set(said)];
}

/** Runs a sample in a temporary folder that has a copy of `protos`, and returns the names of the files it wrote. */
export function runSample(sample: Sample, protos: string): string[] {
  const { outputText } = ts.transpileModule(sample.text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  const home = process.cwd();
  const copy = mkdtempSync(join(tmpdir(), 'cdk8s-grpc-mesh-'));
  try {
    if (existsSync(protos)) cpSync(protos, join(copy, 'protos'), { recursive: true });
    process.chdir(copy);
    const silent = { log: () => {}, error: () => {} };
    new Function('require', 'exports', 'console', outputText)(require, {}, silent);
    return existsSync('dist') ? readdirSync('dist') : [];
  } finally {
    process.chdir(home);
    rmSync(copy, { recursive: true, force: true });
  }
}
