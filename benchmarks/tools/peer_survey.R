# The jobs in R survey: Rscript peer_survey.R JOB FOLDER SECONDS, one line of JSON as in job.py.
suppressMessages(library(survey))
arguments <- commandArgs(TRUE)
job <- arguments[1]; folder <- arguments[2]; budget <- as.numeric(arguments[3])
n_items <- 50; cut <- 30; replicates <- 500; tolerance <- 1e-6; rounds <- 200

path <- function(name) file.path(folder, name)
weight <- readBin(path("weight.f8"), "double", file.size(path("weight.f8")) / 8)
n <- length(weight)
names <- c("stratum", "psu", "county", "age", "sex", "education", "age_sex", "sex_education")
codes <- lapply(names, function(name) readBin(path(paste0(name, ".i4")), "integer", n))
people <- as.data.frame(setNames(codes, names))
people$weight <- weight
raw <- readBin(path("items.i1"), "integer", n * n_items, size = 1)
items <- as.data.frame(matrix(raw, nrow = n))
rm(raw, codes)
lines <- readLines(path("margins.txt"))

population <- function(job) {  # margins.txt: job, margin, then its totals
  fields <- Filter(function(f) f[1] == job, strsplit(lines, " "))
  lapply(fields, function(f) {
    totals <- as.numeric(f[-(1:2)])
    setNames(data.frame(seq_along(totals) - 1, totals), c(f[2], "Freq"))
  })
}
rake_to <- function(design, job) {
  margins <- population(job)
  formulas <- lapply(margins, function(m) as.formula(paste("~", names(m)[1])))
  rake(design, formulas, margins, control = list(maxit = rounds, epsilon = tolerance))
}
design_of <- function(frame) {
  svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = frame)
}
shares <- function(design) {
  whole <- svymean(~y, design); counties <- svyby(~y, ~county, design, svymean)
  limits <- confint(whole); by_county <- confint(counties)
  c(share = unname(coef(whole)), se = as.numeric(SE(whole)), county_se = mean(SE(counties)))
}
jobs <- list(
  linearised = function() {
    frame <- people; frame$y <- as.numeric(rowSums(items) >= cut)
    shares(design_of(frame))
  },
  replicates = function() {
    frame <- people; frame$y <- as.numeric(rowSums(items) >= cut)
    set.seed(1)
    design <- as.svrepdesign(design_of(frame), type = "subbootstrap", replicates = replicates)
    shares(rake_to(design, "replicates"))
  },
  raking = function() {
    w <- weights(rake_to(ready, "raking"))
    c(sum = sum(w), squares = sum(w^2))
  }
)
ready <- if (job == "raking") design_of(people)  # raking alone is timed, not the design
timed <- function() {
  start <- proc.time()[["elapsed"]]; answers <- jobs[[job]]()
  list(seconds = proc.time()[["elapsed"]] - start, answers = answers)
}
done <- timed(); seconds <- done$seconds
if (seconds < budget) seconds <- numeric(0)
while (length(seconds) == 0 || (sum(seconds) < budget && length(seconds) < 30)) {
  done <- timed(); seconds <- c(seconds, done$seconds)
}
status <- grep("^VmHWM", readLines("/proc/self/status"), value = TRUE)
peak <- as.numeric(gsub("[^0-9]", "", status)) / 1024
answers <- paste0('"', names(done$answers), '": ', sprintf("%.17g", done$answers), collapse = ", ")
cat(sprintf('{"seconds": %.6f, "runs": %d, "peak_mb": %.1f, "answers": {%s}}\n',
            median(seconds), length(seconds), peak, answers))
