import { cdk8s, JsonFile, javascript, typescript } from 'projen';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-grpc-mesh',
  author: 'The cdk8s-grpc-mesh authors',
  authorAddress: 'cdk8s-grpc-mesh@users.noreply.github.com',
  repositoryUrl: 'https://github.com/cdk8s-grpc-mesh/cdk8s-grpc-mesh.git',
  license: 'Apache-2.0',
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  description:
    'gRPC services on a service mesh: say who calls which RPC, get Istio and Kubernetes YAML that is secure by default',
  keywords: ['cdk8s', 'istio', 'grpc', 'kubernetes', 'service-mesh', 'mtls', 'zero-trust', 'grpc-web'],
  minNodeVersion: '20.19.0',
  cdk8sVersion: '2.70.106',
  constructsVersion: '10.8.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  peerDeps: ['cdk8s-plus-28@^2.5.6'],
  bundledDeps: ['protobufjs@^8.8.1', 'fastest-levenshtein@^1.0.16', 'js-yaml@^5.5.0', 'commander@^14.0.0'],
  devDeps: [
    'cdk8s-cli@^2.207.60',
    '@kubernetes-models/istio@3.0.1',
    'kubernetes-models@5.1.0',
    'fast-check@^4.10.2',
    'google-proto-files',
    'esbuild@~0.28.0',
    'etcd3',
    'grpc-health-check',
    '@microsoft/jest-sarif@1.0.0-beta.0',
  ],
  projenrcTs: true,
  runner: typescript.TypeScriptRunner.tsx(),
  sampleCode: false,
  typecheckTests: true,
  github: false,
  depsUpgrade: false,
  release: false,
  docgen: true,
  eslint: false,
  biome: true,
  biomeOptions: {
    version: '~2.5.15',
    biomeConfig: {
      formatter: { indentStyle: javascript.biome_config.IndentStyle.SPACE, lineWidth: 120 },
      javascript: { formatter: { quoteStyle: javascript.biome_config.QuoteStyle.SINGLE } },
    },
  },
  jestOptions: {
    // The lab mostly waits: on two cores, a worker less than cores would be one.
    jestConfig: { collectCoverage: false, maxWorkers: '100%' },
    coverageText: false,
    junitReporting: false,
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
  },
});
// Newer ones have left holes in the lock file, for platforms whose package could not be fetched.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
project.tasks.addEnvironment('CDK8S_CHECK_UPGRADE', 'false');
project.addBins({ 'grpc-mesh': 'lib/cli/grpc-mesh.js' });
// To load one file takes a third of the time that to load its two hundred modules takes.
project.compileTask.exec(
  'esbuild src/cli/main.ts --outfile=lib/cli/grpc-mesh.js --bundle --packages=external --platform=node ' +
    '--target=node20.19 --minify-whitespace --minify-syntax --log-level=warning',
);

// Examples import the library by its name, as a user does.
project.jest?.addModuleNameMappers({ '^cdk8s-grpc-mesh$': '<rootDir>/src' });
new JsonFile(project, 'examples/tsconfig.json', {
  obj: {
    extends: '../tsconfig.json',
    compilerOptions: { rootDir: '..', noEmit: true, paths: { 'cdk8s-grpc-mesh': ['../src'] } },
    include: ['**/*.ts'],
  },
});
// Neither examples nor the lab's fixtures know where the library lies; each folder has a tsconfig of its own.
new JsonFile(project, 'test/lab/fixtures/tsconfig.json', {
  obj: {
    extends: '../../../tsconfig.json',
    compilerOptions: { rootDir: '../../..', noEmit: true, paths: { 'cdk8s-grpc-mesh': ['../../../src'] } },
    include: ['**/*.ts'],
  },
});
project.tsconfigDev.addExclude('lab/fixtures');
project.testTask.exec('tsc --noEmit -p examples');
project.testTask.exec('tsc --noEmit -p test/lab/fixtures');
project.biome?.addFilePattern('examples/**');
project.gitignore.exclude('/examples/*/dist/', '/test/lab/fixtures/*/dist/');

// The other half of `biome check --write`, which repairs and passes: this one only looks.
const lint = project.addTask('lint', {
  description: 'Says what is not in order, and changes nothing',
  exec: 'biome ci',
});
project.testTask.updateStep(
  project.testTask.steps.findIndex(({ spawn }) => spawn === project.biome?.task.name),
  { spawn: lint.name },
);
// The typed rules of projen do not know it yet. test/architecture.test.ts keeps the rest of the house.
project.biome?.file.addOverride('linter.rules.suspicious.noImportCycles', {
  level: 'error',
  options: { ignoreTypes: false },
});

const demo = project.addTask('demo', {
  description: 'Synthesizes the coffee shop, checks it and says who may call what',
});
// The checks of `cdk8s synth` are a plugin, which cdk8s-cli loads from lib/.
demo.spawn(project.compileTask);
demo.exec('cdk8s synth', { cwd: 'examples/02-coffee-shop' });
demo.exec('tsx projenrc/summary.ts examples/02-coffee-shop/dist');
demo.say('');
demo.say('Who may call what, computed from that YAML and the platform.yaml beside it:');
demo.exec('node ../../lib/cli/grpc-mesh.js matrix dist platform.yaml --quiet', { cwd: 'examples/02-coffee-shop' });

project.addTask('examples:update', {
  description: 'Rewrites the expected.yaml of every example: review the diff',
  env: { UPDATE_EXAMPLES: 'true' },
  exec: 'jest --coverage=false test/examples.test.ts',
});
project.addTask('shapes:update', {
  description: 'Rewrites the fields of all kinds that manifests are checked for: from the modules of the lab, needs Go',
  exec: 'tsx projenrc/shapes.ts',
});
// Generated by that, and by no rule of style.
project.biome?.addFilePattern('!src/manifests/shapes/data.ts');
project.annotateGenerated('/src/manifests/shapes/data.ts');
project.addTask('lab', {
  description:
    'Runs every example through a real istiod, Envoy and API server; sets itself up on a Debian with Go and Python',
  env: { LAB: 'required' },
  exec: 'jest --coverage=false test/lab',
});

new JsonFile(project, 'bench/tsconfig.json', {
  obj: {
    extends: '../tsconfig.json',
    compilerOptions: { rootDir: '..', noEmit: true },
    include: ['**/*.ts'],
  },
});
project.testTask.exec('tsc --noEmit -p bench');
project.biome?.addFilePattern('bench/**');
const bench = project.addTask('bench', {
  description: 'Measures how fast manifests are read, as ratios in one run: bench [TURNS [SIZE,SIZE]]',
});
bench.spawn(project.compileTask);
bench.exec('tsx bench/run.ts', { receiveArgs: true });

for (const path of [
  '/examples/',
  '/bench/',
  '/biome.jsonc',
  '/ARCHITECTURE.md',
  '/.ci/',
  '/.projenrc.ts',
  '/projenrc/',
]) {
  project.addPackageIgnore(path);
}

project.synth();
