import type {
  ApiInput,
  ApiOutput,
  HostApi,
  HostClient,
  SubscriptionHandlers,
  SubscriptionPath,
} from '#contract/api';

interface Subscription {
  readonly path: SubscriptionPath;
  readonly input: unknown;
  readonly handlers: SubscriptionHandlers<unknown>;
  isOpen: boolean;
}

type Answers = {
  -readonly [P in keyof HostApi]?: (input: ApiInput<P>) => ApiOutput<P> | Promise<ApiOutput<P>>;
};

/** A client that answers from a table and sends items when the test says so. */
export class FakeClient implements HostClient {
  readonly answers: Answers;
  readonly calls: string[] = [];
  readonly subscriptions: Subscription[] = [];

  constructor(answers: Answers) {
    this.answers = answers;
  }

  readonly query: HostClient['query'] = (path, input) => this.#answer(path, input);
  readonly mutate: HostClient['mutate'] = (path, input) => this.#answer(path, input);

  readonly subscribe: HostClient['subscribe'] = (path, input, handlers) => {
    const subscription = { path, input, handlers: handlers as SubscriptionHandlers<unknown>, isOpen: true };
    this.subscriptions.push(subscription);
    return () => {
      subscription.isOpen = false;
    };
  };

  close(): void {
    for (const subscription of this.subscriptions) subscription.isOpen = false;
  }

  /** The newest open subscription of a path. */
  open(path: SubscriptionPath): Subscription | undefined {
    return this.subscriptions.findLast((subscription) => subscription.path === path && subscription.isOpen);
  }

  send<P extends SubscriptionPath>(path: P, item: ApiOutput<P>): void {
    for (const subscription of this.subscriptions) {
      if (subscription.path === path && subscription.isOpen) subscription.handlers.onData(item);
    }
  }

  async #answer<P extends keyof HostApi>(path: P, input: ApiInput<P>): Promise<ApiOutput<P>> {
    this.calls.push(path);
    const answer = this.answers[path];
    if (answer === undefined) throw new Error(`the test has no answer for ${path}`);
    return answer(input);
  }
}
