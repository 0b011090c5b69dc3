// Reduces the windows of a run to medians and prints them. Every figure that depends on a window is
// the median over the windows; errors are sums. Latency is printed in microseconds.
#include "loadgen_report.h"

#include <stdlib.h>
#include <string.h>

struct figures {
    double rate; // commands a second
    double p50, p90, p99, p999, most, mean;
    double cpu, cpu_user, cpu_system; // ms per 1,000 commands
    double own_cpu;                   // ms per 1,000 commands
    double own_busy;                  // percent of one core
    double bytes;                     // received per command
    double threads[LOADGEN_THREADS];  // ms per 1,000 commands
    double memory_kb;                 // per player
};

static const char *const kind_names[COMMAND_KINDS] = {
    [COMMAND_LOOK] = "look",
    [COMMAND_OUT] = "out",
    [COMMAND_BACK] = "back",
    [COMMAND_SAY] = "say",
    [COMMAND_WHO] = "who",
    [COMMAND_ITEM] = "item",
    [COMMAND_GET] = "get",
    [COMMAND_DROP] = "drop",
    [COMMAND_FAR] = "far",
    [COMMAND_DOOR] = "door",
    [COMMAND_INVENTORY] = "inventory",
};

static const char *const role_names[LOADGEN_ROLES] = {
    [LOADGEN_PLAYER] = "player", [LOADGEN_DEAF] = "deaf",     [LOADGEN_FLOOD] = "flood",
    [LOADGEN_LEAVER] = "leaver", [LOADGEN_SILENT] = "silent", [LOADGEN_DRIP] = "drip",
};

static const char *const thread_names[LOADGEN_THREADS] = {
    [LOADGEN_THREAD_LOOP] = "loop",
    [LOADGEN_THREAD_WORKER] = "worker",
    [LOADGEN_THREAD_COMMITTER] = "committer",
    [LOADGEN_THREAD_OTHER] = "other",
};

static const char *const workload_names[] = {
    [LOADGEN_MIX] = "mix",     [LOADGEN_ITEMS] = "items",   [LOADGEN_LOOK] = "look",
    [LOADGEN_CHASE] = "chase", [LOADGEN_CHANGE] = "change",
};

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, unsigned n)
{
    if (n == 0) {
        return 0;
    }
    qsort(v, n, sizeof(*v), compare_doubles);
    return n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static double us(uint64_t ns)
{
    return (double)ns / 1e3;
}

static struct figures window_figures(const struct loadgen_window *w)
{
    double n = (double)w->latency.count;
    double thousands = n > 0 ? n / 1e3 : 1;
    struct figures f = {
        .rate = n / w->seconds,
        .p50 = us(hist_percentile(&w->latency, 50)),
        .p90 = us(hist_percentile(&w->latency, 90)),
        .p99 = us(hist_percentile(&w->latency, 99)),
        .p999 = us(hist_percentile(&w->latency, 99.9)),
        .most = us(w->latency.max),
        .mean = us(hist_mean(&w->latency)),
        .cpu = (w->cpu.user_ms + w->cpu.system_ms) / thousands,
        .cpu_user = w->cpu.user_ms / thousands,
        .cpu_system = w->cpu.system_ms / thousands,
        .own_cpu = w->own_cpu_ms / thousands,
        .own_busy = w->own_cpu_ms / w->seconds / 10,
        .bytes = (double)w->bytes / (thousands * 1e3),
    };
    for (unsigned i = 0; i < LOADGEN_THREADS; i++) {
        f.threads[i] = w->threads.ms[i] / thousands;
    }
    return f;
}

static struct figures median_figures(const struct loadgen_result *r)
{
    // The struct holds nothing but doubles, so it is reduced member by member as an array.
    enum { MEMBERS = sizeof(struct figures) / sizeof(double) };
    struct figures f = {0};
    double out[MEMBERS] = {0};
    for (unsigned m = 0; m < MEMBERS; m++) {
        double column[LOADGEN_WINDOWS_MAX] = {0};
        for (unsigned i = 0; i < r->windows; i++) {
            double row[MEMBERS];
            struct figures one = window_figures(&r->window[i]);
            memcpy(row, &one, sizeof(row));
            column[i] = row[m];
        }
        out[m] = median(column, r->windows);
    }
    memcpy(&f, out, sizeof(f));
    if (r->ready > 0) {
        f.memory_kb = (double)(r->memory_after_kb - r->memory_before_kb) / r->ready;
    }
    return f;
}

static const char *placement(const struct loadgen_options *o)
{
    return o->crowd ? "crowd" : o->grid_width > 0 ? "grid" : "spread";
}

static void table_errors(FILE *out, const struct loadgen_result *r)
{
    const struct loadgen_tally *t = &r->tally;
    fprintf(out,
            "errors      not placed %u, connections lost %u, refused %llu and unexpected %llu of "
            "%llu sampled\n",
            r->failed, r->lost, (unsigned long long)t->refused, (unsigned long long)t->unexpected,
            (unsigned long long)t->sampled);
    fprintf(out, "steps       %llu blocked, %llu strayed, %u of %u players had none to take\n",
            (unsigned long long)t->blocked, (unsigned long long)t->strayed, r->wayless, r->ready);
}

static void table_roles(FILE *out, const struct loadgen_result *r)
{
    for (unsigned i = 0; i < LOADGEN_ROLES; i++) {
        const struct loadgen_role_result *x = &r->role[i];
        if (x->asked > 0) {
            fprintf(out,
                    "%-11s %u asked, %u refused, %u closed by the server after %.1f s (at most "
                    "%.1f s)\n",
                    role_names[i], x->asked, x->refused, x->closed, x->closed_after_mean,
                    x->closed_after_most);
        }
    }
}

void loadgen_report_table(FILE *out, const struct loadgen_options *o,
                          const struct loadgen_result *r)
{
    struct figures f = median_figures(r);
    fprintf(out, "%s%s%u players, %s, %s loop; medians of %u windows of %.1f s\n", o->label,
            *o->label ? ": " : "", r->ready, placement(o), o->rate > 0 ? "open" : "closed",
            r->windows, r->windows ? o->duration / o->windows : 0.0);
    fprintf(out, "logins      %.0f /s; all placed after %.1f s\n",
            r->login_seconds > 0 ? r->ready / r->login_seconds : 0.0, r->setup_seconds);
    fprintf(out, "commands    %.0f /s", f.rate);
    if (o->rate > 0) {
        fprintf(out, " of %.0f asked, %llu turns not taken", o->rate,
                (unsigned long long)r->backlog);
    }
    fprintf(out, "\nlatency us  p50 %.0f  p90 %.0f  p99 %.0f  p99.9 %.0f  max %.0f\n", f.p50, f.p90,
            f.p99, f.p999, f.most);
    if (r->measured) {
        fprintf(out, "server      %.2f ms CPU per 1,000 commands (user %.2f, system %.2f)\n", f.cpu,
                f.cpu_user, f.cpu_system);
        fprintf(out,
                "memory      %.1f kB a player (%ld kB before login, %ld after, %ld at the end)\n",
                f.memory_kb, r->memory_before_kb, r->memory_after_kb, r->memory_end_kb);
    }
    fprintf(out, "generator   %.2f ms CPU per 1,000 commands, %.0f %% of one core\n", f.own_cpu,
            f.own_busy);
    fprintf(out, "received    %.0f bytes a command", f.bytes);
    if (o->count_heard && r->tally.said > 0) {
        fprintf(out, ", each word said was heard by %.1f others",
                (double)r->tally.heard / (double)r->tally.said);
    }
    fputc('\n', out);
    table_errors(out, r);
    table_roles(out, r);
}

static void json_string(FILE *out, const char *s)
{
    fputc('"', out);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') {
            fputc('\\', out);
        }
        fputc((unsigned char)*s < ' ' ? ' ' : *s, out);
    }
    fputc('"', out);
}

static void json_kinds(FILE *out, const struct loadgen_result *r)
{
    fprintf(out, "\"kinds\":{");
    const char *comma = "";
    for (unsigned i = 0; i < COMMAND_KINDS; i++) {
        const struct hist *h = &r->kinds[i];
        if (h->count > 0) {
            fprintf(out, "%s\"%s\":{\"count\":%llu,\"p50_us\":%.1f,\"p99_us\":%.1f}", comma,
                    kind_names[i], (unsigned long long)h->count, us(hist_percentile(h, 50)),
                    us(hist_percentile(h, 99)));
            comma = ",";
        }
    }
    fprintf(out, "},");
}

static void json_roles(FILE *out, const struct loadgen_result *r)
{
    fprintf(out, "\"company\":{");
    const char *comma = "";
    for (unsigned i = 0; i < LOADGEN_ROLES; i++) {
        const struct loadgen_role_result *x = &r->role[i];
        if (x->asked > 0) {
            fprintf(out,
                    "%s\"%s\":{\"asked\":%u,\"refused\":%u,\"closed\":%u,"
                    "\"closed_after_s\":%.2f,\"closed_after_most_s\":%.2f}",
                    comma, role_names[i], x->asked, x->refused, x->closed, x->closed_after_mean,
                    x->closed_after_most);
            comma = ",";
        }
    }
    fprintf(out, "},");
}

static void json_errors(FILE *out, const struct loadgen_result *r)
{
    const struct loadgen_tally *t = &r->tally;
    fprintf(out,
            "\"errors\":{\"not_placed\":%u,\"lost\":%u,\"sampled\":%llu,\"refused\":%llu,"
            "\"unexpected\":%llu,\"blocked\":%llu,\"strayed\":%llu,\"without_way\":%u},",
            r->failed, r->lost, (unsigned long long)t->sampled, (unsigned long long)t->refused,
            (unsigned long long)t->unexpected, (unsigned long long)t->blocked,
            (unsigned long long)t->strayed, r->wayless);
}

static void json_threads(FILE *out, const struct loadgen_result *r, const struct figures *f)
{
    const unsigned *count = r->window[r->windows > 0 ? r->windows - 1 : 0].threads.count;
    fprintf(out, "\"threads\":{");
    for (unsigned i = 0; i < LOADGEN_THREADS; i++) {
        fprintf(out, "%s\"%s\":{\"count\":%u,\"cpu_ms_per_1000\":%.4f}", i ? "," : "",
                thread_names[i], count[i], f->threads[i]);
    }
    fprintf(out, "},");
}

void loadgen_report_json(FILE *out, const struct loadgen_options *o, const struct loadgen_result *r)
{
    struct figures f = median_figures(r);
    fprintf(out, "{\"label\":");
    json_string(out, o->label);
    fprintf(out, ",\"players\":%u,\"placement\":\"%s\",\"workload\":\"%s\",\"loop\":\"%s\",",
            r->ready, placement(o), workload_names[o->workload], o->rate > 0 ? "open" : "closed");
    fprintf(out, "\"seed\":%llu,\"windows\":%u,\"asked_per_s\":%.1f,\"backlog\":%llu,",
            (unsigned long long)o->seed, r->windows, o->rate, (unsigned long long)r->backlog);
    fprintf(out, "\"commands_per_s\":%.1f,\"login_s\":%.2f,\"setup_s\":%.2f,", f.rate,
            r->login_seconds, r->setup_seconds);
    fprintf(out,
            "\"latency_us\":{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p99_9\":%.1f,\"max\":%.1f,"
            "\"mean\":%.1f},",
            f.p50, f.p90, f.p99, f.p999, f.most, f.mean);
    if (r->measured) {
        fprintf(out,
                "\"server_cpu_ms_per_1000\":%.3f,\"server_user_ms_per_1000\":%.3f,"
                "\"server_system_ms_per_1000\":%.3f,",
                f.cpu, f.cpu_user, f.cpu_system);
        json_threads(out, r, &f);
        fprintf(out,
                "\"memory_kb\":{\"per_player\":%.2f,\"before\":%ld,\"after\":%ld,\"end\":%ld,"
                "\"peak\":%ld},",
                f.memory_kb, r->memory_before_kb, r->memory_after_kb, r->memory_end_kb,
                r->memory_peak_kb);
    }
    json_errors(out, r);
    json_kinds(out, r);
    json_roles(out, r);
    fprintf(out, "\"said\":%llu,\"heard\":%llu,\"bytes_per_command\":%.1f,",
            (unsigned long long)r->tally.said, (unsigned long long)r->tally.heard, f.bytes);
    fprintf(out, "\"generator_cpu_ms_per_1000\":%.3f,\"generator_busy_percent\":%.1f}\n", f.own_cpu,
            f.own_busy);
}
