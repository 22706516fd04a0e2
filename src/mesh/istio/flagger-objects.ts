import type { Construct } from 'constructs';
import { OwnedObject } from '../../kubernetes/owned-object';
import type { RolloutShape } from '../contract';
import type { Rollout } from '../service';
import { flaggerCanary, flaggerDelegate, flaggerMetric, metricName } from './flagger-canary';
import { NETWORKING } from './objects';

/** A release that Flagger carries out. What is asked stands before who asks it. */
export function flaggerObjects(scope: Construct, { name, plan }: RolloutShape, facts: () => Rollout): void {
  const apiVersion = 'flagger.app/v1beta1';
  for (const gate of plan.gates) {
    const metric = { apiVersion, kind: 'MetricTemplate', name: metricName(name, gate) };
    new OwnedObject(scope, `MetricTemplate-${gate._name}`, { ...metric, spec: () => flaggerMetric(facts(), gate) });
  }
  // Flagger takes it over; a tool that applies it again would take the weights back.
  new OwnedObject(scope, 'VirtualService', {
    apiVersion: NETWORKING,
    kind: 'VirtualService',
    name,
    annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' },
    spec: () => flaggerDelegate(facts()),
  });
  new OwnedObject(scope, 'Canary', { apiVersion, kind: 'Canary', name, spec: () => flaggerCanary(facts()) });
}
