/** A question that cannot be answered as it was asked: what is wrong with it, and how to ask instead. */
export class WrongQuestion extends Error {
  public override readonly name = 'WrongQuestion';

  public constructor(
    message: string,
    public readonly fix?: string,
  ) {
    super(message);
  }
}
