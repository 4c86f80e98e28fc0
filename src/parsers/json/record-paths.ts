import { Tokenizer, TokenType } from '@streamparser/json';

/** Deeper lists are parts of records. */
const MAX_DEPTH = 6;
const MAX_PATHS = 20;

/**
 * Dotted paths at which lists of objects begin in this beginning of a JSON document, the outermost first; '' is the document
 * itself. Does not look into lists, since what is in them are records.
 */
export function recordPathsOf(head: Buffer): string[] {
    const finder = new PathFinder();
    const tokenizer = new Tokenizer();
    tokenizer.onToken = ({ token, value }) => finder.take(token, value);
    // The end is cut off, and a faulty document tells its fault when it is read.
    tokenizer.onError = () => undefined;
    try {
        tokenizer.write(head);
    } catch {
        // As above.
    }
    return finder.found.sort((a, b) => depthOf(a) - depthOf(b));
}

class PathFinder {
    readonly found: string[] = [];
    /** Names at which the open objects stand. */
    private readonly open: { name: string }[] = [];
    private name = '';
    private expectsName = false;
    /** How many levels of a list are open; their content is not looked at. */
    private inList = 0;
    private listIsNew = false;

    take(token: TokenType, value: unknown): void {
        if (this.inList > 0) return this.takeInList(token);
        switch (token) {
            case TokenType.LEFT_BRACE:
                this.open.push({ name: this.name });
                this.expectsName = true;
                return;
            case TokenType.RIGHT_BRACE:
                this.open.pop();
                return;
            case TokenType.LEFT_BRACKET:
                this.inList = 1;
                this.listIsNew = true;
                return;
            case TokenType.STRING:
                if (this.expectsName) this.name = String(value);
                return;
            case TokenType.COLON:
                this.expectsName = false;
                return;
            case TokenType.COMMA:
                this.expectsName = true;
                return;
        }
    }

    private takeInList(token: TokenType): void {
        if (this.listIsNew && token === TokenType.LEFT_BRACE) this.remember();
        this.listIsNew = false;
        if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.inList++;
        if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.inList--;
    }

    private remember(): void {
        if (this.open.length > MAX_DEPTH || this.found.length >= MAX_PATHS) return;
        if (this.open.length === 0) return void this.found.push('');
        const names = [...this.open.slice(1).map(({ name }) => name), this.name];
        this.found.push(names.join('.'));
    }
}

function depthOf(path: string): number {
    return path === '' ? 0 : path.split('.').length;
}
