/**
 * What the dealer portal leaves to us.
 *
 * @NApiVersion 2.1
 */
define([], () => {
  /** Country and number make a dealer: the portal has no id of its own. */
  const dealerKey = (doc) => `DEALER-${doc.country}-${doc.code}`;

  /** @param {any} element @param {any} doc */
  const officePhone = (element, doc) => (doc.phones || []).filter((phone) => phone.office).map((phone) => phone.no)[0] || null;

  /** Checks are printed for the company. @param {any} values */
  const fillLegalName = (values) => ({ ...values });

  /** @param {any} rec @param {any} doc */
  const noteFirstContact = (rec, doc) => {
    if (!rec.getValue({ fieldId: 'comments' })) rec.setValue({ fieldId: 'comments', value: `First contact: ${doc.source}` });
  };

  return { dealerKey, officePhone, fillLegalName, noteFirstContact };
});
