/** Environment variable that is the same in all processes of a test run, so that none is overlooked. */
export const runMarker = 'SEND_PROXY_TEST_RUN';
