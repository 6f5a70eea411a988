// A model that serves where it was not learnt.
#ifndef WENSUM_MATCHING_PERSON_PORTABLE_MODEL_H_
#define WENSUM_MATCHING_PERSON_PORTABLE_MODEL_H_

#include "matching/score/linkage_model.h"

namespace wensum::matching {

// `learnt` without what is true of its own records alone. Frequencies are kept of names, of categories and of the
// common words of texts, as far as at least `least_people` of the people counted hold them; they are rounded to 1/64.
// All other values (dates, postcodes, phones, account numbers) get the frequency with which two people's values agree
// by chance, which is what they weigh on average. Weights, dependences, household class and rules stay as they are.
[[nodiscard]] LinkageModel PortableModel(const LinkageModel& learnt, double least_people);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_PERSON_PORTABLE_MODEL_H_
