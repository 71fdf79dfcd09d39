/** Every adapter that this worker can speak to partners with. */
export { adapters } from '#partners';
