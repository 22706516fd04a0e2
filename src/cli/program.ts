import { Command, CommanderError, Option } from 'commander';
import type { Severity } from '../analysis/rule';
import type { Inquiry } from '../questions/inquiry';
import { WrongQuestion } from '../questions/wrong-question';
import { EXAMPLES, EXIT_CODES, NAMES, NAMESPACE } from './help';
import type { ReadOptions } from './opened';
import { type Paint, paintFor } from './paint';
import type { ExitCode, Reply } from './reply';
import type { Terminal } from './terminal';

/** Runs one command line, without the names of the program. */
export function run(args: readonly string[], terminal: Terminal): ExitCode {
  let exitCode: ExitCode = 0;
  const program = programFor(terminal, (reply) => {
    terminal.out(reply.text);
    exitCode = reply.exitCode;
  });
  try {
    program.parse(args.length === 0 ? ['--help'] : args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : 2;
    }
    if (error instanceof WrongQuestion) {
      terminal.err(`error: ${error.message}\n${error.fix === undefined ? '' : `  ${error.fix}\n`}`);
      return 2;
    }
    throw error;
  }
}

type Options = ReadOptions & { readonly namespace?: string; readonly format: never };

/** Each command loads what it needs when it runs, and nothing that another one needs. */
function programFor(terminal: Terminal, done: (reply: Reply) => void): Command {
  const paint: Paint = paintFor(terminal);
  const opened = (paths: readonly string[], options: ReadOptions): Inquiry =>
    (require('./opened') as typeof import('./opened')).opened(paths, options, terminal);
  const program = new Command('grpc-mesh')
    .description('Answers questions about gRPC on Istio from YAML files, without a cluster.')
    .version(terminal.version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .showHelpAfterError('(grpc-mesh --help says more)')
    .addHelpText('after', `\n${EXAMPLES.all}\n\n${EXIT_CODES}`);
  const command = (usage: string, about: string, formats: readonly string[]) => {
    const made = program.command(usage).description(about).addOption(formatOption(formats));
    const [name] = usage.split(' ');
    made.addOption(new Option('--output <format>').choices(formats).hideHelp());
    made.on('option:output', (format: string) => made.setOptionValue('format', format));
    return reading(made, name).addHelpText('after', `\n${EXAMPLES[name]}\n\n${EXIT_CODES}`);
  };

  command('check [files...]', 'say what is wrong in manifests', ['text', 'json', 'sarif', 'markdown'])
    .addOption(
      new Option('--fail-on <severity>', 'the mildest finding that makes the exit code 1')
        .choices(['error', 'warning', 'info'])
        .default('warning'),
    )
    .action((files: string[], options: Options & { failOn: Severity }) => {
      const { check } = require('./commands/check') as typeof import('./commands/check');
      const { checked } = require('./opened') as typeof import('./opened');
      done(check(checked(files, options, terminal), options, paint, terminal.version));
    });
  sending(command('can <from> <to> [method]', 'say whether a caller may call an RPC, and why', ['text', 'json']))
    .addHelpText('after', `\n${NAMES}`)
    .action((from: string, to: string, method: string | undefined, options: Options) => {
      const { can } = require('./commands/can') as typeof import('./commands/can');
      done(can(opened([], options), [from, to, method], options, paint));
    });
  naming(command('matrix [files...]', 'list who may call what', ['text', 'json', 'csv', 'markdown']))
    .option('--caller <name>', 'only what this caller may call')
    .option('--service <name>', 'only who may call this service')
    .action((files: string[], options: Options) => {
      const { matrix } = require('./commands/matrix') as typeof import('./commands/matrix');
      done(matrix(opened(files, options), options));
    });
  naming(command('diff <before> <after>', 'say what a change grants and revokes', ['text', 'json', 'markdown'])).action(
    (before: string, after: string, options: Options) => {
      const { diff } = require('./commands/diff') as typeof import('./commands/diff');
      const { openedBoth } = require('./opened') as typeof import('./opened');
      done(diff(...openedBoth([before, after], options, terminal), options, paint));
    },
  );
  sending(command('route <from> <to> [method]', 'show the route of a call: pods, timeout, retries', ['text', 'json']))
    .addHelpText('after', `\n${NAMES}`)
    .action((from: string, to: string, method: string | undefined, options: Options) => {
      const { route } = require('./commands/route') as typeof import('./commands/route');
      done(route(opened([], options), [from, to, method], options, paint));
    });
  command('mtls [files...]', 'list which ports take only encrypted connections', [
    'text',
    'json',
    'csv',
    'markdown',
  ]).action((files: string[], options: Options) => {
    const { mtls } = require('./commands/mtls') as typeof import('./commands/mtls');
    done(mtls(opened(files, options), options));
  });
  sending(
    command('explain <code-or-from> [to] [method]', 'explain a finding, a gRPC status or a call', ['text', 'json']),
  )
    .addHelpText('after', `\n${NAMES}`)
    .action((word: string, to: string | undefined, method: string | undefined, options: Options) => {
      const { explainCall, explainCode } = require('./commands/explain') as typeof import('./commands/explain');
      const asked = (callee: string) => explainCall(opened([], options), [word, callee, method], options, paint);
      done(to === undefined ? explainCode(word, options) : asked(to));
    });
  naming(command('diagram [files...]', 'draw who may call what', ['mermaid', 'dot'])).action(
    (files: string[], options: Options) => {
      const { diagram } = require('./commands/diagram') as typeof import('./commands/diagram');
      done(diagram(opened(files, options), options));
    },
  );
  return program;
}

/** RPCs of which no policy and no route speaks. */
function naming(command: Command): Command {
  return command.option(
    '--proto <path>',
    'a .proto file, or a folder of them: the RPCs that no manifest names; may be repeated',
    collect,
  );
}

/** What a call carries that no manifest knows. */
function sending(command: Command): Command {
  return naming(command)
    .option(
      '--header <name=value>',
      'a header of the call; may be repeated (default: not known to policies, none to routes)',
      collect,
    )
    .option('--claim <name=value>', 'a claim of its JWT, which validates; may be repeated (default: unknown)', collect)
    .option('--no-token', 'the call has no JWT');
}

function formatOption(formats: readonly string[]): Option {
  return new Option('-o, --format <format>', 'how to write the answer; also --output')
    .choices(formats)
    .default(formats[0]);
}

/** What all of them read, in the words of `kubectl`. */
function reading(command: Command, name: string): Command {
  return command
    .option(
      '-f, --filename <path>',
      'a file, a folder, or - for standard input; may be repeated (default: dist/)',
      collect,
    )
    .option('-n, --namespace <name>', NAMESPACE[name] ?? 'where names are looked for that do not say it')
    .option('--injected <namespace>', 'take a namespace as injected whose object is not there; * for all', collect)
    .option('--root-namespace <name>', 'of the mesh (default: istio-system, or as its ConfigMap says)')
    .option('--trust-domain <name>', 'of the mesh (default: cluster.local, or as its ConfigMap says)')
    .option(
      '--enforce-dry-run',
      `take policies that are dry runs as enforced${name === 'diff' ? ', after the change' : ''}`,
    )
    .option('-q, --quiet', 'no notes on what was left out');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
