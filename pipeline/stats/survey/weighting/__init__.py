"""From inclusion probabilities to final weights.

base_weights        one over the probability of being in the sample
eligibility         cases of unknown eligibility
response_rates      the standard rates of the fieldwork
nonresponse         classes that share the weight of those who did not answer
propensity          a model of who answers
margins             population tables brought to the categories of the survey
collapse            merging of sparse margin cells, decided before any answer is seen
margin_check        margins compared with the sample before raking
post_stratification one margin
raking              several margins at once, also in all replicates together
auxiliaries         variables and totals of a calibration, matched by name
calibration         totals of any auxiliaries, within bounds, per person or household
trimming            bounds on the weights
trimming_to_margins bounds on the weights and margins together
blend               volunteers beside a probability sample
diagnostics         what the weighting did
design_effects      what unequal weights cost
"""
