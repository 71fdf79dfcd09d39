/** A problem as the API answers with it. */
export interface ProblemView {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly in: string; readonly pointer: string; readonly message: string }[];
  readonly retryable: boolean;
  readonly moneyMoved: string;
  readonly correlationId: string;
}
