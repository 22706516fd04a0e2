// Prints how many microseconds one answer takes once every caller has been asked for.
const { readFileSync } = require('node:fs');
const { Cluster } = require('../../lib/manifests/cluster');
const { readManifests } = require('../../lib/manifests/read');
const { authorize } = require('../../lib/simulation/authorize');
const { Simulation } = require('../../lib/simulation/simulation');

const text = readFileSync(process.argv[2], 'utf8');
const cluster = Cluster.of(readManifests([{ name: process.argv[2], text }]).manifests);
const simulation = Simulation.of(cluster);
const services = [...cluster.services.values()];
const METHODS = ['Get', 'Put', 'List', 'Delete'];

/** Call `i`: one of five is declared. */
function call(i) {
  const from = i % services.length;
  const to = (from + 1 + (i % 5) * 7) % services.length;
  const [workload] = cluster.workloadsOf(services[from]);
  return {
    from: { kind: 'workload', workload },
    to: services[to],
    port: services[to].ports[0],
    path: `/ring.v1.Service${to}/${METHODS[(i + 1) % METHODS.length]}`,
  };
}

const calls = Array.from({ length: 50_000 }, (_, i) => call(i));
const outcomes = { allow: 0, deny: 0, unknown: 0 };
const ask = () => {
  for (const it of calls) outcomes[authorize(simulation, it).outcome]++;
};
ask();
const before = process.cpuUsage();
ask();
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ microseconds: (user + system) / calls.length, outcomes }));
