import { Injectable } from '@nestjs/common';

/** The documentation of the API as text, built when somebody first asks for it. */
@Injectable()
export class OpenApiText {
  private build: () => string = () => {
    throw new Error('the documentation is asked for before there are routes');
  };
  private text: string | null = null;

  /** Called once, when the application is there. */
  buildWith(build: () => string): void {
    this.build = build;
  }

  read(): string {
    this.text ??= this.build();
    return this.text;
  }
}
