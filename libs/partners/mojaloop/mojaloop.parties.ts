import { cut } from '#domain';
import { NoAnswer, OrderRefused, type Parties, type PartyAnswer, type PartyQuestion } from '#partner-kit';
import { type MojaloopClient } from './mojaloop.client.js';
import { type Identifier, toDisplayName, toIdentifier } from '../fspiop/names.js';
import { type MojaloopFound, readLookup } from './mojaloop.wire.js';

/** The switch knows nobody of that name: id not found, party not found, identifier no longer valid. */
const NOBODY: readonly string[] = ['3200', '3204', '5107'];

/** Who keeps an account under this number, and what is their name? */
export const mojaloopParties = (client: MojaloopClient): Parties => ({
  async find(question) {
    const identifier = identifierOf(question);
    if ('exists' in identifier) return identifier;
    const { idType, idValue } = identifier;
    const reply = await client.getParty(idType, idValue);
    const found = readLookup(reply);
    if (found && 'errorCode' in found) {
      if (NOBODY.includes(found.errorCode)) return nobody;
      throw new NoAnswer(`the switch answered the question for a party with ${cut(found.errorCode, 8)}`);
    }
    if (!found || reply.status !== 200) throw new NoAnswer(`the scheme adapter answered ${reply.status}`);
    return toAnswer(found, question);
  },
});

const nobody: PartyAnswer = { exists: false, name: null, nameMatches: null, withinLimits: null };

/** Of a party that no scheme can be asked for, the answer: the scheme is none the worse. */
function identifierOf({ party }: PartyQuestion): Identifier | PartyAnswer {
  try {
    return toIdentifier(party);
  } catch (error) {
    if (error instanceof OrderRefused) return unasked(error);
    throw error;
  }
}

function unasked({ pointer }: OrderRefused): PartyAnswer {
  if (pointer === '/payee/type') return { ...nobody, isTypeKnown: false };
  // Of an account within an account the scheme does not tell.
  return pointer === '/payee/value' ? nobody : { ...nobody, exists: null };
}

const toAnswer = ({ name }: MojaloopFound, question: PartyQuestion): PartyAnswer => ({
  exists: true,
  name,
  nameMatches: name === null || question.name === null ? null : folded(name) === folded(question.name),
  withinLimits: null,
});

/** Accents, capitals and blanks do not make another name. */
const folded = (name: string): string =>
  (toDisplayName(name) ?? name).normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
