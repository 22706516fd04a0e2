import { eitherOf, inTurn, type Step } from '../../src/simulation/passage';
import { allow, deny, type Reason, unknown } from '../../src/simulation/verdict';

const because = (text: string): Reason => ({ layer: 'route', text });
const yes: Step = { decision: allow(because('yes')), grpcStatus: 1 };
const no: Step = { decision: deny([because('no')]), grpcStatus: 7 };
const maybe: Step = { decision: unknown(['a fact'], [because('maybe')]), grpcStatus: 14 };

describe('layers in turn', () => {
  test.each([
    ['nothing in the way', [], 'allow', [], undefined],
    ['all allow', [yes, yes], 'allow', ['yes', 'yes'], undefined],
    ['one does not know', [yes, maybe], 'unknown', ['maybe'], undefined],
    ['one denies', [yes, no], 'deny', ['no'], 7],
    ['one denies what another does not know', [maybe, no], 'deny', ['no'], undefined],
    ['which would end it alike', [{ ...maybe, grpcStatus: 7 }, no], 'deny', ['no'], 7],
    ['the first that denies says how it ends', [no, { ...no, grpcStatus: 16 }], 'deny', ['no'], 7],
  ])('%s', (_, steps, outcome, texts, grpcStatus) => {
    const passage = inTurn(steps);
    expect([passage.outcome, passage.reasons.map(({ text }) => text), passage.grpcStatus]).toEqual([
      outcome,
      texts,
      grpcStatus,
    ]);
    expect(passage.missing).toEqual(outcome === 'unknown' ? ['a fact'] : []);
  });

  test('what is unknown is not allowed, though nobody can say which fact is missing', () => {
    expect(inTurn([yes, { decision: unknown([], []), grpcStatus: 14 }]).outcome).toBe('unknown');
  });

  test('nobody is asked behind a refusal', () => {
    const asked: string[] = [];
    function* steps(): Iterable<Step> {
      asked.push('first');
      yield no;
      asked.push('second');
      yield yes;
    }
    inTurn(steps());
    expect(asked).toEqual(['first']);
  });

  test('near misses are not worked out before somebody reads them', () => {
    const nearMisses = jest.fn(() => []);
    const passage = inTurn([{ decision: deny([because('no')], nearMisses), grpcStatus: 7 }]);
    expect(nearMisses).not.toHaveBeenCalled();
    expect(passage.nearMisses()).toEqual([]);
    expect(nearMisses).toHaveBeenCalled();
  });
});

describe('one of several places by chance', () => {
  const [allowed, denied, unsure] = [yes, no, maybe].map((step) => inTurn([step]));

  test.each([
    ['one place is itself', [denied], 'deny', []],
    ['all allow', [allowed, allowed], 'allow', []],
    ['all deny', [denied, denied], 'deny', []],
    ['they disagree', [allowed, denied], 'unknown', ['the draw']],
    ['one does not know', [allowed, unsure], 'unknown', ['the draw', 'a fact']],
    ['nobody knows', [unsure, unsure], 'unknown', ['a fact']],
  ])('%s', (_, places, outcome, missing) => {
    const passage = eitherOf(places, 'the draw');
    expect([passage.outcome, passage.missing]).toEqual([outcome, missing]);
  });

  test('what a client sees is certain only if all refuse alike', () => {
    expect(eitherOf([denied, denied], 'the draw').grpcStatus).toBe(7);
    const refused = inTurn([{ ...no, grpcStatus: 16 }]);
    expect(eitherOf([denied, refused], 'the draw')).not.toHaveProperty('grpcStatus');
  });
});
