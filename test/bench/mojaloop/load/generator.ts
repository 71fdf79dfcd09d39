import { answerParent, orderFromParent } from '../../load/run-job.js';
import { pushTransfers, type TransferJob } from './transfer-load.js';

answerParent(orderFromParent<TransferJob>().then(pushTransfers));
