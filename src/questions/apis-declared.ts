import type { Service } from 'protobufjs';
import type { Source } from '../manifests/read';
import type { Apis } from '../simulation/access/rpcs';
import { WrongQuestion } from './wrong-question';

/**
 * The services of `.proto` files, by full name, and their methods. What a file imports is not looked for: its types
 * are nobody's RPCs. Of a service in two files, as of a copy, all methods count.
 */
export function apisDeclared(files: readonly Source[]): Apis {
  const apis = new Map<string, string[]>();
  for (const file of files) {
    for (const { fullName, methodsArray } of servicesIn(file)) {
      const name = fullName.slice(1);
      const methods = [...(apis.get(name) ?? []), ...methodsArray.map((method) => method.name)];
      apis.set(name, [...new Set(methods)]);
    }
  }
  return apis;
}

function servicesIn({ name, text }: Source): Service[] {
  const { parse, Root, Service, Namespace } = protobuf();
  const root = new Root();
  try {
    parse(text, root, { keepCase: true });
  } catch (error) {
    const [, message, line] = POSITION.exec((error as Error).message) ?? [];
    throw new WrongQuestion(
      line === undefined ? `${name}: ${(error as Error).message}` : `${name}:${line}: ${message}`,
      `protoc would refuse it as well: protoc --descriptor_set_out=/dev/null ${name}`,
    );
  }
  const services: Service[] = [];
  const visit = (parent: InstanceType<typeof Namespace>): void => {
    for (const child of parent.nestedArray) {
      if (child instanceof Service) services.push(child);
      else if (child instanceof Namespace) visit(child);
    }
  };
  visit(root);
  return services;
}

/** As the parser ends its messages. */
const POSITION = /^(.*?)\s*\([^()]*line (\d+)\)$/s;

/** On first use: most questions are asked without `.proto` files. */
function protobuf(): typeof import('protobufjs') {
  return require('protobufjs');
}
