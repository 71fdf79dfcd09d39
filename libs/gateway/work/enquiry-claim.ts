import { claimable, gateCtes, spendCte } from '../partners/gate-sql.js';
import { dueRows, LEASE } from './due-rows.js';

const GATE = {
  partner: '$4::text',
  gate: '$5::text',
  perSecond: '$6::double precision',
  burst: '$7::double precision',
};

const UNDER_WAY = `(SELECT count(*) FROM operations
  WHERE partner = $4 AND lease IS NOT NULL AND state <> 'submitting' AND due_at > now())`;

/**
 * Takes operations of one partner that are to be asked about: unresolved ones, and ended ones for which a callback
 * claims that money moved after all, or under which receipt. None before callbacks that lag behind have had time to be
 * read: what it would ask may have been told already, unless it is to confirm what one of them has told.
 * $1 lease, $2 lease (ms), $3 limit, $4 partner, $5 gate, $6 per second, $7 burst, $8 concurrency, $9 that time (ms).
 */
export const CLAIM_ENQUIRIES = {
  name: 'enquiries-claim',
  text: `
WITH ${gateCtes(GATE, '$8::integer', UNDER_WAY)}, due AS MATERIALIZED (
  ${dueRows({
    table: 'operations',
    key: ['id'],
    where: `partner = $4 AND state IN ('pending', 'unknown', 'succeeded', 'failed', 'cancelled', 'expired')
      AND due_at <= now() - make_interval(secs => $9::double precision / 1000)`,
    limit: claimable('$3::integer'),
  })}
), taken AS (
  UPDATE operations o SET ${LEASE}, enquiries = o.enquiries + 1 FROM due WHERE o.id = due.id RETURNING o.*
), ${spendCte('taken')}
SELECT * FROM taken`,
};
